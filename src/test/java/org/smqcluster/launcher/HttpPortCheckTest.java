package org.smqcluster.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpPortCheckTest {

  private static final String LISTENER =
      "set configs.config.server-config.network-config.network-listeners.network-listener.";

  @TempDir Path directory;

  @Test
  void aTakenPortIsNamedWithWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      Path boot = boot(LISTENER + "http-listener.address=127.0.0.1");
      String why = refusal(boot, "--port", port).orElseThrow();
      assertTrue(why.startsWith("Cannot listen for HTTP on 127.0.0.1:" + port + ": "), why);
      assertTrue(why.contains("--port or smq.bind.address"), why);
      assertEquals(Optional.empty(), refusal(boot, "--port", port, "--autoBindHttp"));

      Path secure =
          boot(
              LISTENER + "http-listener.enabled=false",
              LISTENER + "https-listener.address=0.0.0.0");
      why = refusal(secure, "--port", port, "--sslPort", port).orElseThrow();
      assertTrue(why.startsWith("Cannot listen for HTTPS on 0.0.0.0:" + port + ": "), why);
      assertTrue(why.contains("--sslport or smq.bind.address"), why);
      assertEquals(Optional.empty(), refusal(secure, "--port", port));
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNamedAndAPropertyIsResolved() throws IOException {
    Path boot = boot("# a comment", "", LISTENER + "http-listener.address=${check.address}");
    assertEquals(Optional.empty(), refusal(boot, "--port", "0"), "left to Payara");
    System.setProperty("check.address", "192.0.2.7");
    try {
      String why = refusal(boot, "--port", "8080").orElseThrow();
      assertTrue(why.startsWith("Cannot listen for HTTP on 192.0.2.7:8080: "), why);
    } finally {
      System.clearProperty("check.address");
    }
  }

  @Test
  void theBootCommandsOfThisProjectAreUnderstood() throws IOException {
    System.setProperty("smq.bind.address", "192.0.2.7");
    try {
      Path config = Path.of("server-config");
      String why = refusal(config.resolve("node/boot.asadmin")).orElseThrow();
      assertTrue(why.contains("HTTP on 192.0.2.7:8080"), why);
      why = refusal(config.resolve("tls/boot.asadmin"), "--sslport", "8444").orElseThrow();
      assertTrue(why.contains("HTTPS on 192.0.2.7:8444"), why);
    } finally {
      System.clearProperty("smq.bind.address");
    }
  }

  private Path boot(String... commands) throws IOException {
    return Files.write(directory.resolve("boot.asadmin"), List.of(commands));
  }

  private static Optional<String> refusal(Path boot, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--prebootCommandFile", boot.toString()));
    return HttpPortCheck.refusal(all);
  }
}
