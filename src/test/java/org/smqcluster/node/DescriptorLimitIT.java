package org.smqcluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * A node that has just started, with few file descriptors, and more clients than it can have. The
 * other node logs to a disk that is full.
 */
class DescriptorLimitIT {

  private static final int CLIENTS = 500;

  /** A warning, or a line of a stack trace. */
  private static final Pattern WARNING = Pattern.compile("^\\S+ (WARNING|SEVERE) |^\tat ");

  private static final int MAX_WARNINGS = 10;

  private static final Duration SOON = Duration.ofSeconds(20);

  private enum Answer {
    CONNECTED,
    REFUSED,
    CLOSED
  }

  private final List<Socket> sockets = new ArrayList<>();

  @Test
  void clientsBeyondTheLimitAreTurnedAwayAndNothingElseSuffers() throws Exception {
    try (TestCluster cluster = TestCluster.start(2, DescriptorLimitIT::shortOf)) {
      NodeProcess full = cluster.node(1);
      NodeProcess few = cluster.node(2);
      AdminApi admin = new AdminApi(few, "admin");
      long logBefore = Files.size(few.log());

      Map<Answer, Long> answers = new EnumMap<>(Answer.class);
      for (int i = 0; i < CLIENTS; i++) {
        answers.merge(connect(few.devicePort(), "client-" + i), 1L, Long::sum);
      }
      long connected = answers.getOrDefault(Answer.CONNECTED, 0L);
      assertTrue(connected > 50 && connected < CLIENTS, answers.toString());
      assertTrue(answers.getOrDefault(Answer.REFUSED, 0L) > 0, answers.toString());

      assertEquals(200, admin.get("/api/cluster").statusCode(), "administration goes on");
      assertEquals(200, few.status("/led/"), "pages, too");
      assertEquals(2, figure(few, "smq_cluster_nodes"));
      assertEquals(2, figure(full, "smq_cluster_nodes"));
      assertEquals(connected, figure(full, "smq_cluster_clients"), "the other node knows them all");
      assertEquals(Answer.CONNECTED, connect(full.devicePort(), "elsewhere"));

      List<Socket> idle = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        idle.add(new Socket("127.0.0.1", few.httpPort()));
      }
      reset(idle);
      Await.until(
          "HTTP connections beyond the limit to be counted",
          SOON,
          () -> figure(few, "smq_connections_closed_total") > 0);
      reset(sockets);
      for (NodeProcess node : cluster.nodes()) {
        Await.until(
            "no client is left in the tables of " + node.name(),
            SOON,
            () -> figure(node, "smq_cluster_clients") == 0);
      }
      assertEquals(0, figure(few, "smq_internal_errors_total"));
      assertEquals(Answer.CONNECTED, connect(few.devicePort(), "after-all"));

      few.requestStop();
      few.awaitEnd(SOON);
      Await.until("the other node is alone", SOON, () -> figure(full, "smq_cluster_nodes") == 1);
      String log = Files.readString(few.log()).substring((int) logBefore);
      assertFalse(log.contains("NoClassDefFoundError"), log);
      assertTrue(log.contains("smq_connections_closed_total"), log);
      // behind its last words, the server's own executors may fail for being stopped
      long warnings =
          log.lines()
              .takeWhile(line -> !line.contains("Payara Micro STOPPED"))
              .filter(WARNING.asPredicate())
              .count();
      assertTrue(warnings < MAX_WARNINGS, log);
    }
  }

  private static NodeProcess.Builder shortOf(NodeProcess.Builder node) {
    node.properties(AdminApi.USERS);
    // a client of this test does not come back when its node stops
    node.property("smq.session.grace", "1s");
    return node.name().equals("node1")
        ? node.launcher("sh", "-c", "exec \"$@\" > /dev/full 2>&1", "sh")
        : node.launcher("sh", "-c", "ulimit -n 600; exec \"$@\"", "sh");
  }

  private static void reset(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
    sockets.clear();
  }

  /** The sum of a metric's series; NaN while the node does not answer. */
  private static double figure(NodeProcess node, String name) {
    String metrics;
    try {
      metrics = node.get("/metrics");
    } catch (UncheckedIOException e) {
      return Double.NaN;
    }
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Connects a client, which stays. */
  private Answer connect(int port, String uid) {
    try {
      Socket socket = new Socket();
      sockets.add(socket);
      socket.connect(new InetSocketAddress("127.0.0.1", port), (int) SOON.toMillis());
      socket.setSoTimeout((int) SOON.toMillis());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      socket
          .getOutputStream()
          .write("GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      read(in);
      socket
          .getOutputStream()
          .write(PacketEncoder.encode(Packet.Connect.version1(uid, new byte[0], "")).raw());
      return read(in) instanceof Packet.Connack connack && connack.code() == ConnackCode.ACCEPTED
          ? Answer.CONNECTED
          : Answer.REFUSED;
    } catch (SocketTimeoutException e) {
      throw new AssertionError(uid + " is left without an answer", e);
    } catch (IOException e) {
      return Answer.CLOSED;
    }
  }

  private static Packet read(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    byte[] raw = new byte[length];
    raw[0] = (byte) (length >> 8);
    raw[1] = (byte) length;
    in.readFully(raw, 2, length - 2);
    try {
      return PacketDecoder.decode(EncodedPacket.ofRaw(raw));
    } catch (MalformedPacketException e) {
      throw new AssertionError(e);
    }
  }
}
