package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** {@code smq-client.jar} alone, as a process of its own, with nothing beside the JDK. */
@ExtendWith(SharedCluster.class)
class ClientJarIT {

  private static Process run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(Path.of("target", "smq-client.jar").toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return text.replace(System.lineSeparator(), "\n");
  }

  @Test
  void pubOnOneNodeReachesSubOnTheOther(TestCluster cluster) throws Exception {
    String topic = "/it/" + UUID.randomUUID();
    Process sub =
        run(
            "sub",
            "-L",
            cluster.node(1).webSocket().toString(),
            "-t",
            topic,
            "-C",
            "1",
            "--observe",
            "-W",
            "30");
    String observed = "smq: " + Pattern.quote(topic) + " has 1 subscribers";
    byte[] seen = new byte[1024];
    StringBuilder start = new StringBuilder();
    while (!Pattern.compile(observed).matcher(start).find()) {
      int read = sub.getInputStream().read(seen);
      assertTrue(read > 0, () -> "sub ended: " + start);
      start.append(new String(seen, 0, read, UTF_8));
    }
    String lists = "smq://127.0.0.1:1," + cluster.node(2).device();
    Process pub = run("pub", "--url", lists, "-t", topic, "-m", "across");
    assertTrue(output(pub).contains("cannot connect to smq://127.0.0.1:1/smq.lsp"));
    assertEquals(0, pub.exitValue());
    assertEquals("across\n", output(sub));
    assertEquals(0, sub.exitValue());
  }
}
