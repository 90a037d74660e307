package org.smqcluster.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the handlers of the root logger get of what loggers say. */
class LogGuardTest {

  private static final String SERVER = "org.glassfish.grizzly.filterchain.DefaultFilterChain";

  private final Formatter formatter = new SimpleFormatter();
  private final List<LogRecord> records = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private LogGuard guard;

  @BeforeEach
  void install() {
    Logger.getLogger("").addHandler(handler);
    guard = LogGuard.install();
  }

  @AfterEach
  void uninstall() {
    guard.uninstall();
    Logger.getLogger("").removeHandler(handler);
  }

  private String text(int line) {
    return formatter.formatMessage(records.get(line));
  }

  private String all() {
    StringBuilder all = new StringBuilder();
    records.forEach(record -> all.append(formatter.format(record)));
    return all.toString();
  }

  private static Throwable thrownAt(Throwable failure, String... classes) {
    StackTraceElement[] trace = new StackTraceElement[classes.length];
    for (int i = 0; i < classes.length; i++) {
      trace[i] = new StackTraceElement(classes[i], "method", "File.java", 7);
    }
    failure.setStackTrace(trace);
    return failure;
  }

  @Test
  void aStatementOfTheServerHasOneLineWhateverPeersSend() {
    Logger logger = Logger.getLogger(SERVER);
    for (int i = 0; i < 1000; i++) {
      logger.log(
          Level.WARNING,
          "Exception " + i,
          thrownAt(
              new IllegalStateException("Unknown protocol \u009b31m\n" + i),
              "java.lang.Integer",
              "org.glassfish.grizzly.http.Protocol"));
    }
    assertEquals(1, records.size());
    assertEquals(
        "Exception 0: java.lang.IllegalStateException: Unknown protocol \\u009b31m\\n0"
            + " at Protocol.method:7",
        text(0));
    assertFalse(all().contains("\tat "), all());
  }

  @Test
  void aTraceInTheTextOfAMessageIsNotLogged() {
    Logger.getLogger(SERVER)
        .warning("Request failed\njava.io.IOException: reset\n\tat sun.nio.Net.read(Net.java:7)");
    assertEquals("Request failed\\njava.io.IOException: reset", text(0));
  }

  @Test
  void twoStatementsAreTwoKinds() {
    Logger logger = Logger.getLogger(SERVER);
    logger.warning("same");
    logger.warning("same");
    assertEquals(2, records.size());
  }

  @Test
  void aDefectOfTheServerKeepsItsTraceOnceAMinute() {
    Logger logger = Logger.getLogger("jakarta.enterprise.web");
    for (int i = 0; i < 10; i++) {
      Throwable defect =
          thrownAt(new NullPointerException("x\u009b" + i), "org.smqcluster.api.Place" + i / 5);
      logger.log(Level.SEVERE, "Servlet failed " + i, defect);
    }
    assertEquals(2, records.size());
    assertTrue(all().contains("java.lang.NullPointerException: x\\u009b0"), all());
    assertTrue(all().contains("\tat org.smqcluster.api.Place0.method(File.java:7)"), all());
    assertTrue(all().contains("\tat org.smqcluster.api.Place1.method(File.java:7)"), all());
  }

  @Test
  void whatAPeersEndCausesHasNoTrace() {
    Logger.getLogger("org.infinispan.CLUSTER")
        .log(Level.SEVERE, "a", new IllegalStateException(new IOException("reset")));
    assertEquals(1, records.size());
    assertEquals(null, records.get(0).getThrown());
    assertTrue(text(0).contains("caused by java.io.IOException: reset at LogGuardTest."), text(0));
  }

  @Test
  void theFirstOfManyCausesIsOnTheLineForItSaysWhatToDo() {
    Throwable failure = new BindException("Address already in use: 7800");
    for (String step : List.of("channel", "cache", "manager", "deployment")) {
      failure = new IllegalStateException(step, failure);
    }
    Logger.getLogger("org.smqcluster.bootstrap.NodeStarter")
        .log(Level.SEVERE, "Cannot start the node", failure);
    assertTrue(text(0).contains("IllegalStateException: deployment at "), text(0));
    assertFalse(text(0).contains("IllegalStateException: channel at "), text(0));
    assertTrue(
        text(0).contains("... caused by java.net.BindException: Address already in use: 7800"),
        text(0));
  }

  @Test
  void ownLinesOfOperatorsAreNeverLeftOut() {
    Logger logger = Logger.getLogger("org.smqcluster.admin.Audit");
    for (int i = 0; i < 100; i++) {
      logger.info("admin drains");
    }
    assertEquals(100, records.size());
  }

  @Test
  void anOwnWarningIsRepeatedOnceAMinuteButAnotherTextIsNot() {
    Logger logger = Logger.getLogger("org.smqcluster.security.WatchedFile");
    for (String line : List.of("line 3", "line 3", "line 5")) {
      logger.log(Level.WARNING, "Broken: {0}", line);
    }
    assertEquals(2, records.size());
    assertEquals("Broken: line 5", text(1));
  }

  @Test
  void otherApplicationsAndDetailsAreEscapedAndNoMore() {
    Logger.getLogger("com.example").setLevel(Level.ALL);
    Logger details = Logger.getLogger("org.jgroups.protocols.TCP");
    details.setLevel(Level.ALL);
    for (int i = 0; i < 20; i++) {
      Logger.getLogger("com.example").warning("a\u001bb\nc");
      details.fine("d");
    }
    details.setLevel(null);
    assertEquals(40, records.size());
    assertEquals("a\\u001bb\n    c", text(0));
  }

  @Test
  void aRecordWithoutALoggerIsItsClasss() {
    for (int i = 0; i < 5; i++) {
      LogRecord record = new LogRecord(Level.WARNING, "cookie of /192.0.2." + i);
      record.setSourceClassName("org.jgroups.blocks.cs.TcpServer");
      Logger.getLogger("").log(record);
    }
    assertEquals(1, records.size());
    assertEquals("org.jgroups.blocks.cs.TcpServer", records.get(0).getLoggerName());
  }

  @Test
  void theMembersOfALineStayForJson() {
    LimitedLog log = new LimitedLog(LogGuardTest.class);
    Map<String, String> members = Map.of("uid", "a");
    for (int i = 0; i < 3; i++) {
      log.log(System.Logger.Level.WARNING, "client {0}", "\u009b".repeat(200), members);
    }
    assertEquals(1, records.size());
    assertEquals(
        "client "
            + "\\u009b".repeat(LogText.PEER_CHARS)
            + "... (%d more characters)".formatted(200 - LogText.PEER_CHARS),
        text(0));
    Object[] parameters = records.get(0).getParameters();
    assertEquals(members, parameters[parameters.length - 1]);
  }

  @Test
  void whatEndsAThreadIsLoggedByTheSameRules() throws Exception {
    for (int i = 0; i < 3; i++) {
      Thread thread =
          new Thread(
              () -> {
                NullPointerException failure = new NullPointerException("\u009b");
                thrownAt(failure, "org.apache.catalina.connector.InputBuffer");
                throw failure;
              });
      thread.start();
      thread.join();
    }
    assertEquals(1, records.size());
    assertEquals(
        "A failure ends a thread: java.lang.NullPointerException: \\u009b at InputBuffer.method:7",
        text(0));
  }

  @Test
  void theLogIsAsBeforeWhenTheGuardIsGone() {
    guard.uninstall();
    Logger.getLogger(SERVER).warning("a\u009b");
    assertEquals("a\u009b", text(0));
    assertEquals(null, Thread.getDefaultUncaughtExceptionHandler());
    guard = LogGuard.install();
  }
}
