package org.smqcluster.log;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** How failures are logged: those that peers cause on one line, all others with their traces. */
final class Failures {

  private static final int CAUSES_ON_A_LINE = 3;
  private static final int MESSAGE_CHARS = 200;
  private static final int TRACE_MESSAGE_CHARS = 4000;

  /** What reads bytes from peers: an exception from inside it is about those bytes. */
  private static final List<String> READERS =
      List.of(
          "org.glassfish.grizzly.",
          "org.glassfish.tyrus.",
          "org.apache.catalina.connector.",
          "org.jgroups.",
          "io.netty.");

  /** A class of Infinispan by its name, because this package does not depend on Infinispan. */
  private static final String LOCK_TIMEOUT = "org.infinispan.commons.TimeoutException";

  private Failures() {}

  /** Whether a peer's bytes, its end or its silence are the reason. */
  static boolean isCausedByPeer(Throwable failure) {
    if (Causes.of(failure).anyMatch(Failures::isOfConnection)) {
      return true;
    }
    StackTraceElement origin = origin(firstCause(failure));
    return origin != null && READERS.stream().anyMatch(origin.getClassName()::startsWith);
  }

  private static boolean isOfConnection(Throwable failure) {
    return failure instanceof IOException && !(failure instanceof FileSystemException)
        || failure instanceof TimeoutException
        || failure.getClass().getName().equals(LOCK_TIMEOUT);
  }

  private static Throwable firstCause(Throwable failure) {
    List<Throwable> causes = Causes.of(failure).toList();
    return causes.get(causes.size() - 1);
  }

  /**
   * The failure, its first causes and the last one on one line, each with the place it comes from:
   * servers wrap the one that says what to do in others that do not.
   */
  static String line(Throwable failure) {
    List<Throwable> causes = Causes.of(failure).toList();
    StringBuilder line = new StringBuilder();
    append(line, failure);
    for (int i = 1; i < causes.size(); i++) {
      if (i < CAUSES_ON_A_LINE || i == causes.size() - 1) {
        line.append(i > CAUSES_ON_A_LINE ? ", ... caused by " : ", caused by ");
        append(line, causes.get(i));
      }
    }
    return line.toString();
  }

  private static void append(StringBuilder line, Throwable failure) {
    line.append(failure.getClass().getName());
    if (failure.getMessage() != null) {
      line.append(": ").append(LogText.line(failure.getMessage(), MESSAGE_CHARS));
    }
    StackTraceElement origin = origin(failure);
    if (origin != null) {
      line.append(" at ").append(place(origin));
    }
  }

  /** What tells failures apart that one statement logs: the first cause and its place. */
  static String kind(Throwable failure) {
    Throwable first = firstCause(failure);
    StackTraceElement origin = origin(first);
    return first.getClass().getName() + (origin == null ? "" : place(origin));
  }

  /** The failure itself if its texts are safe to print, else one with the same stack trace. */
  static Throwable escaped(Throwable failure) {
    boolean safe =
        Causes.of(failure)
            .map(Throwable::toString)
            .allMatch(text -> LogText.block(text, TRACE_MESSAGE_CHARS).equals(text));
    return safe ? failure : escaped(failure, 0);
  }

  private static Throwable escaped(Throwable failure, int depth) {
    if (failure == null || depth == Causes.MAX) {
      return null;
    }
    Throwable made =
        new Escaped(
            LogText.block(failure.toString(), TRACE_MESSAGE_CHARS),
            escaped(failure.getCause(), depth + 1));
    made.setStackTrace(failure.getStackTrace());
    return made;
  }

  /** The first place that is not the JDK's. */
  private static StackTraceElement origin(Throwable failure) {
    for (StackTraceElement each : failure.getStackTrace()) {
      String name = each.getClassName();
      if (!name.startsWith("java.") && !name.startsWith("jdk.") && !name.startsWith("sun.")) {
        return each;
      }
    }
    return null;
  }

  private static String place(StackTraceElement each) {
    String name = each.getClassName();
    return name.substring(name.lastIndexOf('.') + 1)
        + "."
        + each.getMethodName()
        + ":"
        + each.getLineNumber();
  }

  /** Prints as the failure that it stands for. */
  private static final class Escaped extends Exception {

    private final String text;

    Escaped(String text, Throwable cause) {
      super(text, cause);
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
