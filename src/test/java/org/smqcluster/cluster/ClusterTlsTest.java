package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.cluster.TestNode.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.log.LogGuard;

/** Nodes that let in only those with a certificate that they trust. */
@Tag("slow")
class ClusterTlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  @Test
  void nodesWithTheRightCertificateJoinAndOthersAreNeverReady() throws Exception {
    Optional<ClusterConfig.Tls> right = stores("right");
    Optional<ClusterConfig.Tls> wrong = stores("wrong");
    List<Integer> ports = TestNode.freePorts(3);
    try (TestNode a = node("a", 0, ports, right);
        TestNode b = node("b", 1, ports, right)) {
      await("joined", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
      a.publish(b, 5, 1);
      await("delivered", () -> b.delivered.equals(List.of(1)));

      refused("certificate", () -> node("c", 2, ports, wrong));
      refused("only nodes with TLS", () -> node("c", 2, ports, Optional.empty()));
      assertEquals(2, a.nodesSeen());
      assertEquals(2, a.channel.getView().size());
    }
  }

  @Test
  void peersThatDoNotFinishTheirHandshakeKeepNoNodeOut() throws Exception {
    Optional<ClusterConfig.Tls> stores = stores("right");
    List<Integer> ports = TestNode.freePorts(2);
    List<Socket> peers = new ArrayList<>();
    ScheduledExecutorService slowly = Executors.newSingleThreadScheduledExecutor();
    try (TestNode a = node("a", 0, ports, stores)) {
      // each byte comes before JGroups would give up waiting for one
      Socket slow = new Socket(InetAddress.getLoopbackAddress(), ports.get(0));
      peers.add(slow);
      slow.getOutputStream().write(new byte[] {22, 3, 1, 0x40, 0});
      slowly.scheduleAtFixedRate(() -> sendByte(slow), 0, 300, TimeUnit.MILLISECONDS);
      for (int i = 0; i < 100; i++) {
        peers.add(new Socket(InetAddress.getLoopbackAddress(), ports.get(0)));
      }
      try (TestNode b = node("b", 1, ports, stores)) {
        await("joined", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
      }
      slow.setSoTimeout(10_000);
      assertEquals(-1, slow.getInputStream().read(), "closed in bounded time");
    } finally {
      slowly.shutdownNow();
      for (Socket peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void peersThatFailTheirHandshakeAreCountedAndLeaveALineOfTheLog() throws Exception {
    List<Integer> ports = TestNode.freePorts(1);
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Handler log =
        new StreamHandler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage());
          }
        };
    Logger.getLogger("").addHandler(log);
    LogGuard guard = LogGuard.install();
    try (TestNode a = node("a", 0, ports, stores("right"))) {
      lines.clear();
      long before = a.node.refusedConnections();
      for (int i = 0; i < 30; i++) {
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), ports.get(0))) {
          peer.getOutputStream().write("no TLS".getBytes(StandardCharsets.US_ASCII));
          peer.getInputStream().readAllBytes();
        }
      }
      await("counted", () -> a.node.refusedConnections() == before + 30);
      assertEquals(
          1,
          lines.stream().filter(line -> line.contains("failed accepting")).count(),
          lines::toString);
    } finally {
      guard.uninstall();
      Logger.getLogger("").removeHandler(log);
    }
  }

  private static void sendByte(Socket to) {
    try {
      to.getOutputStream().write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aMemberThatDoesNotFinishTheHandshakeIsConnectedToAnew() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    try (TestNode a = node("a", 0, ports, stores("right"));
        ServerSocket silent =
            new ServerSocket(ports.get(1), 50, InetAddress.getLoopbackAddress())) {
      silent.setSoTimeout(20_000);
      for (int i = 0; i < 2; i++) {
        try (Socket connection = silent.accept()) {
          connection.setSoTimeout(10_000);
          connection.getInputStream().readAllBytes();
        }
      }
      assertEquals(1, a.nodesSeen());
    }
  }

  private static TestNode node(
      String name, int index, List<Integer> ports, Optional<ClusterConfig.Tls> tls) {
    return new TestNode(name, ports.get(index), ports, "local", ClusterConfig.Bus.DEFAULT, tls);
  }

  private static void refused(String why, Runnable join) {
    Exception refusal = assertThrows(IllegalStateException.class, join::run);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  /** A key with a certificate of its own, and a trust store that trusts it alone. */
  private Optional<ClusterConfig.Tls> stores(String name) throws Exception {
    String keys = directory.resolve(name + "-keys.p12").toString();
    String trusted = directory.resolve(name + "-trusted.p12").toString();
    String certificate = directory.resolve(name + ".cer").toString();
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-keystore", keys);
    keytool("-exportcert", "-file", certificate, "-keystore", keys);
    keytool("-importcert", "-noprompt", "-file", certificate, "-keystore", trusted);
    return Optional.of(new ClusterConfig.Tls(keys, PASSWORD, trusted, PASSWORD));
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "node", "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes());
    assertEquals(0, keytool.waitFor(), output);
  }
}
