package org.smqcluster.client.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.client.InProcessBroker;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.testing.Await;

/** The command line, run as a user runs it, against the real broker. */
@Tag("slow")
class CommandLineTest {

  private final InProcessBroker broker = InProcessBroker.start();

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  /** A run of the command line in this process, with what it printed. */
  private static final class Run {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exit;

    private Run(String input, String... args) {
      CommandLine line =
          new CommandLine(
              new Console(
                  new ByteArrayInputStream(input.getBytes(UTF_8)),
                  new PrintStream(out, true, UTF_8),
                  new PrintStream(err, true, UTF_8)));
      exit = CompletableFuture.supplyAsync(() -> line.run(args), task -> new Thread(task).start());
    }

    private static Run of(String... args) {
      return new Run("", args);
    }

    private int exit() throws Exception {
      return exit.get(20, TimeUnit.SECONDS);
    }

    private String out() {
      return out.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }

    private String err() {
      return err.toString(UTF_8);
    }
  }

  private Run subscribed(String topic, String... more) {
    String[] args = new String[more.length + 5];
    System.arraycopy(new String[] {"sub", "-L", broker.url(), "-t", topic}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    Run run = Run.of(args);
    awaitSubscriber(topic);
    return run;
  }

  private void awaitSubscriber(String topic) {
    Await.until(
        "a subscriber",
        Duration.ofSeconds(5),
        () -> broker.broker().topics().find(topic).orElseThrow().localSubscribers() == 1);
  }

  @Test
  void whatPubSendsSubPrints() throws Exception {
    Run sub = subscribed("/a", "-C", "2");
    assertEquals(0, Run.of("pub", "-L", broker.url(), "-t", "/a", "-m", "hello").exit());
    assertEquals(0, Run.of("pub", "-L", broker.url(), "-t", "/a", "--hex", "c3a9").exit());
    assertEquals(0, sub.exit());
    assertEquals("hello\né\n", sub.out());
  }

  /** What a server that is no broker answers may steer the terminal. */
  @Test
  void aNoteHasNoCharacterThatSteersATerminal() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answering =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 500 \u001b[2J\u009b1m\r\n\r\n".getBytes(ISO_8859_1));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      String url = "smq://127.0.0.1:" + server.getLocalPort();
      Run pub = Run.of("pub", "-L", url, "-t", "/a", "-m", "x", "--timeout", "2");
      answering.get(20, TimeUnit.SECONDS);
      assertEquals(1, pub.exit());
      assertTrue(pub.err().contains("500 ?[2J?1m"), pub.err());
    }
  }

  @Test
  void theFormatShowsEverythingAboutAMessage() throws Exception {
    Run sub = subscribed("/a", "--subtopic", "st", "-C", "1", "-F", "%t|%s|%p|%x|%l|%%|%e");
    Run.of("pub", "-L", broker.url(), "-t", "/a", "--subtopic", "st", "-m", "hi").exit();
    assertEquals(0, sub.exit());
    assertTrue(sub.out().matches("/a\\|st\\|hi\\|6869\\|2\\|%\\|\\d+\n"), sub.out());
  }

  @Test
  void linesAndFilesAndAllOfTheInputCanBePublished(@TempDir Path directory) throws Exception {
    Run sub = subscribed("/a", "-C", "5", "-v");
    assertEquals(0, new Run("1\n2\n", "pub", "-L", broker.url(), "-t", "/a", "-l").exit());
    assertEquals(0, new Run("3\n4", "pub", "-L", broker.url(), "-t", "/a", "-s").exit());
    Path file = Files.writeString(directory.resolve("payload"), "5");
    String[] repeated = {
      "pub", "-L", broker.url(), "-t", "/a", "-f", file.toString(), "--repeat", "2"
    };
    assertEquals(0, Run.of(repeated).exit());
    assertEquals(0, sub.exit());
    assertEquals(
        "/a - 1\n/a - 2\n/a - 3\n4\n/a - 5\n/a - 5\n", sub.out().replaceAll(" - \\d+", " -"));
  }

  @Test
  void aClientCanBeWrittenToDirectly() throws Exception {
    Run sub = Run.of("sub", "-L", broker.url(), "--direct", "-C", "1");
    String etid =
        Await.value(
            "the ETID",
            Duration.ofSeconds(5),
            () -> sub.err().replaceAll("(?s).*ETID (\\d+).*", "$1"),
            text -> text.matches("\\d+"));
    assertEquals(0, Run.of("pub", "-L", broker.url(), "--to", etid, "-m", "you").exit());
    assertEquals(0, sub.exit());
    assertEquals("you\n", sub.out());
  }

  @Test
  void aSubscriberThatWaitsInVainSaysSo() throws Exception {
    Run sub = Run.of("sub", "-L", broker.url(), "-t", "/a", "-C", "1", "-W", "0.2");
    assertEquals(27, sub.exit());
  }

  @Test
  void hostAndPortAreEnoughAndAnObservedTopicIsReported() throws Exception {
    String port = broker.url().replaceAll(".*:(\\d+)/.*", "$1");
    Run sub = Run.of("sub", "-h", "localhost", "-p", port, "-t", "/a", "--observe", "-W", "0.5");
    assertEquals(0, sub.exit());
    assertTrue(sub.err().contains("/a has 1 subscribers"), sub.err());
  }

  @Test
  void withoutABrokerTheReasonIsPrinted() throws Exception {
    broker.close();
    Run pub = Run.of("pub", "-L", broker.url(), "-t", "/a", "-m", "x", "--timeout", "0.5");
    assertEquals(1, pub.exit());
    assertTrue(pub.err().contains("Connection refused"), pub.err());
    assertTrue(pub.err().contains("smq pub: no connection in time"), pub.err());
  }

  @Test
  void aCertificateThatIsNotTrustedNamesTheOption(@TempDir Path directory) throws Exception {
    SSLContext tls =
        TestCertificates.showing(
            TestCertificates.selfSigned(directory, "CN=broker", "dns:broker.test"));
    try (ServerSocket server =
        tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture.runAsync(() -> readOnce(server));
      String url = "smqs://127.0.0.1:" + server.getLocalPort() + "/smq.lsp";
      Run pub = Run.of("pub", "-L", url, "-t", "/a", "-m", "x", "--timeout", "3");
      assertEquals(1, pub.exit());
      assertTrue(pub.err().contains("; name its authority by --cafile"), pub.err());
    }
  }

  private static void readOnce(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
    } catch (IOException refusedByTheClient) {
      // what the test is about
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fanout --subscribers 3 --window 4",
        "fanout --publishers 2 --subscribers 3 --rate 500",
        "pairs --pairs 3 --size 1000 --across",
        "direct --pairs 2 --window 1"
      })
  void theLoadGeneratorLosesNothingAndReports(String options) throws Exception {
    String line = "bench " + options + " --json --warmup 0.2 --duration 0.5 -L " + broker.url();
    Run bench = Run.of(line.split(" "));
    assertEquals(0, bench.exit(), bench.err());
    assertTrue(bench.out().contains("\"lost\":0,"), bench.out());
    assertTrue(bench.out().matches("(?s).*\"sentPerSecond\":[1-9].*"), bench.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "pub",
        "pub -t a",
        "pub -t a -m x -n",
        "pub --to x -m x",
        "pub -t a -m x --unknown",
        "pub -t a -m x -L http://a",
        "pub -t a -m x --cert c.pem",
        "sub",
        "sub -t a -C 0",
        "bench",
        "bench slow",
        "bench pairs --rate 1 --window 1",
        "bench pairs --uid abcdef"
      })
  void aCommandThatIsNotUnderstoodIsRefusedWithExitCode2(String line) throws Exception {
    Run run = Run.of(line.split(" "));
    assertEquals(2, run.exit());
    assertTrue(run.err().contains("see --help"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pub", "sub", "led", "bench"})
  void everyCommandExplainsItself(String command) throws Exception {
    Run overview = Run.of("--help");
    assertEquals(0, overview.exit());
    assertTrue(overview.out().contains("  " + command + " "), overview.out());
    Run help = Run.of(command, "--help");
    assertEquals(0, help.exit());
    assertTrue(help.out().contains("--url LIST"), help.out());
  }
}
