package org.smqcluster.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.NodeProcess;

/** Nodes on the other versions of Java that the machine has; all other tests use the build's. */
class JavaVersionsIT {

  private static final Path INSTALLED = Path.of("/usr/lib/jvm");
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"([0-9]+)");
  private static final int OLDEST = 17;

  /**
   * Runs the program in the place of the one that follows; an archive of classes is not its own.
   */
  private static final String INSTEAD =
      "shift; exec \"$0\" -XX:+IgnoreUnrecognizedVMOptions \"$@\"";

  @TestFactory
  Stream<DynamicTest> aNodeServesBothTransports() throws IOException {
    return others().entrySet().stream()
        .map(
            java ->
                DynamicTest.dynamicTest(
                    "on Java " + java.getKey(), () -> serves(java.getKey(), java.getValue())));
  }

  /** A program for each version but the one that runs this. */
  private static Map<Integer, Path> others() throws IOException {
    Map<Integer, Path> programs = new TreeMap<>();
    try (Stream<Path> releases = Files.exists(INSTALLED) ? Files.walk(INSTALLED, 2) : Stream.of()) {
      releases
          .filter(file -> file.endsWith("release"))
          .filter(file -> Files.isExecutable(program(file)))
          .forEach(file -> programs.put(version(file), program(file)));
    }
    programs.keySet().removeIf(each -> each < OLDEST || each == Runtime.version().feature());
    return programs;
  }

  private static Path program(Path release) {
    return release.resolveSibling("bin").resolve("java");
  }

  private static int version(Path release) {
    try {
      Matcher version = VERSION.matcher(Files.readString(release));
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serves(int version, Path program) throws Exception {
    try (NodeProcess node =
        NodeProcess.builder("java" + version)
            .launcher("sh", "-c", INSTEAD, program.toString())
            .start()
            .awaitReady()) {
      assertTrue(node.jcmd("VM.version").contains("JDK " + version), "another Java runs");
      try (SmqClient publisher = client(node.webSocket());
          SmqClient subscriber = client(node.device())) {
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        await(subscriber.subscribe("/java", received::add));
        await(publisher.publish("/java", "new".getBytes(UTF_8)));

        Message message = received.poll(30, TimeUnit.SECONDS);
        assertNotNull(message);
        assertEquals("new", message.text());
      }
      node.stop();
    }
  }

  private static SmqClient client(URI address) throws Exception {
    SmqClient client = SmqClient.builder(address.toString()).start();
    await(client.connected());
    return client;
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
