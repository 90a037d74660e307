package org.smqcluster.log;

import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Where a record comes from.
 *
 * @param isLimited whether it is one of those that are limited
 * @param isWarning whether it is a warning or an error
 * @param kind of which so many lines are let through; null where they are not limited
 */
record RecordSource(boolean isLimited, boolean isWarning, Object kind) {

  private static final String OWN = "org.smqcluster.";

  /** Loggers of the server and of the libraries that this application brings along. */
  private static final List<String> SERVER =
      List.of(
          "org.glassfish.",
          "org.apache.catalina.",
          "jakarta.enterprise.",
          "javax.enterprise.",
          "com.sun.enterprise.",
          "fish.payara.",
          "org.jboss.weld.",
          "org.eclipse.yasson.",
          "org.eclipse.krazo.",
          "org.jgroups.",
          "org.infinispan.",
          "io.netty.",
          "io.smallrye.",
          "com.hazelcast.");

  /** What programs print, which the server logs. */
  private static final String PRINTED = "jakarta.enterprise.logging.std";

  /** Between a statement that logs and the handler. */
  private static final List<String> LOGGING =
      List.of(
          "java.",
          "jdk.",
          "sun.",
          "org.jboss.logging.",
          "org.jgroups.logging.",
          "io.netty.util.internal.logging.",
          "org.slf4j.",
          RecordSource.class.getName());

  private static final RecordSource UNLIMITED = new RecordSource(false, false, null);

  /** What one statement logs of one failure; the text only where no peer chooses it. */
  private record Kind(String logger, Level level, String statement, String failure, String text) {}

  static RecordSource of(LogRecord record) {
    int level = record.getLevel().intValue();
    boolean warning = level >= Level.WARNING.intValue();
    // JGroups' records have no logger, only a class
    String logger =
        record.getLoggerName() == null ? record.getSourceClassName() : record.getLoggerName();
    boolean own = logger != null && logger.startsWith(OWN);
    if (record instanceof LimitedRecord
        || level < Level.INFO.intValue()
        || own && !warning
        || !own && !isServers(logger)) {
      return UNLIMITED;
    }
    Throwable thrown = record.getThrown();
    String failure =
        thrown == null
            ? ""
            : Failures.isCausedByPeer(thrown) ? thrown.getClass().getName() : Failures.kind(thrown);
    String text = own && thrown == null ? record.getMessage() + parameters(record) : "";
    return new RecordSource(
        true, warning, new Kind(logger, record.getLevel(), statement(), failure, text));
  }

  private static boolean isServers(String logger) {
    return logger != null
        && !logger.startsWith(PRINTED)
        && SERVER.stream().anyMatch(logger::startsWith);
  }

  private static String parameters(LogRecord record) {
    return Arrays.toString(record.getParameters());
  }

  /** The statement that logs: nothing that a peer chooses. */
  private static String statement() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(frame -> LOGGING.stream().noneMatch(frame.getClassName()::startsWith))
                    .filter(frame -> !Handler.class.isAssignableFrom(frame.getDeclaringClass()))
                    .findFirst()
                    .map(
                        frame ->
                            frame.getClassName()
                                + '.'
                                + frame.getMethodName()
                                + ':'
                                + frame.getByteCodeIndex())
                    .orElse(""));
  }
}
