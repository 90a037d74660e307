package org.smqcluster.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.launcher.LogForm;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.CertificateScript;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * What a node logs of hostile requests to all of its ports, in both forms of the log. A line of
 * JSON has three times the bytes: its members, the thread, and the text.
 */
class HostileLogIT {

  /** Colours a terminal, by C1 and by C0, and turns the direction of what follows. */
  private static final String EVIL = "\u009b31m\u001b[31m\u007f\u202e";

  private static final int FD_SOCK_OFFSET = 100;

  /** Of clients that come and go from one address, a line is logged every three seconds. */
  private static final int SECONDS_FOR_AS_MUCH_AGAIN = 80;

  private static final Duration QUIET = Duration.ofSeconds(3);

  private final Random random = new Random(18);

  private record Request(int port, byte[] bytes) {}

  @ParameterizedTest
  @CsvSource({"TEXT,10000,10000", "JSON,1000,30000"})
  void thousandsOfHostileRequestsLeaveAFewLines(
      LogForm form, int requests, int mostBytes, @TempDir Path directory) throws Exception {
    CertificateScript.run(directory, "server", "https");
    Path store = directory.resolve("https.p12");
    int https = FreePorts.next();
    int tls = FreePorts.next();
    try (NodeProcess node =
        NodeProcess.builder("hostile-log")
            .log(form)
            .https(https, store, "https")
            .properties(AdminApi.USERS)
            .property("smq.admin.monitoring", "loopback")
            .property("smq.device.tls.enabled", "true")
            .property("smq.device.tls.port", Integer.toString(tls))
            .property("smq.tls.keystore", store.toString())
            .property("smq.tls.keystore.password", "changeit")
            .start()
            .awaitReady()) {
      List<Request> kinds = new ArrayList<>();
      http(kinds, node.httpPort());
      webSocket(kinds, node.httpPort());
      raw(kinds, node.devicePort());
      noise(kinds, List.of(https, tls, node.clusterPort(), node.clusterPort() + FD_SOCK_OFFSET));
      long before = settledSize(node);

      long start = System.nanoTime();
      for (int i = 0; i < requests; i++) {
        send(kinds.get(i % kinds.size()), i / kinds.size() % 2 == 0);
      }

      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      settledSize(node);
      String grown = Files.readString(node.log(), ISO_8859_1).substring((int) before);
      assertTrue(kinds.size() > 20);
      long most = mostBytes + seconds * mostBytes / SECONDS_FOR_AS_MUCH_AGAIN;
      assertTrue(grown.length() < most, () -> grown.length() + " bytes:\n" + grown);
      assertFalse(grown.contains("\tat ") || grown.contains("\\tat "), grown);
      assertFalse(grown.isEmpty());
      String text = new String(grown.getBytes(ISO_8859_1), UTF_8);
      assertEquals(
          "", text.replaceAll("[^\\p{Cc}\\p{Cf}\\p{Cs}&&[^\n]]|\n", ""), "control characters");
      assertEquals(200, node.status("/health/ready"));
      String metrics = node.get("/metrics");
      for (String counter : List.of("log_left_out_lines", "cluster_refused_connections")) {
        assertTrue(
            Pattern.compile("(?m)^smq_" + counter + "_total[ {].*[1-9]").matcher(metrics).find(),
            metrics);
      }
    }
  }

  private static void http(List<Request> kinds, int port) {
    List<String> heads =
        List.of(
            "GET / HTTP/9.9" + EVIL + "\r\nHost: x",
            "GET /%zz%" + EVIL + " HTTP/1.1\r\nHost: x",
            "GET http://a:zz/led/ HTTP/1.1\r\nHost: x",
            "GET / HTTP/1.1\r\nHost: a:" + EVIL,
            "G" + EVIL + " / HTTP/1.1\r\nHost: x",
            "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000),
            "GET /api/clients?limit=%zz HTTP/1.1\r\nHost: x\r\nAccept: " + EVIL + "/;;",
            "GET /api/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46eA==",
            "GET /api/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %" + EVIL,
            "GET /led/ HTTP/1.1\r\nHost: x\r\nCookie: JSESSIONID=" + EVIL + "; =;\"",
            "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: abc" + EVIL,
            "POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz" + EVIL,
            "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json"
                + "\r\nContent-Length: 20\r\n\r\n{\"user\":"
                + EVIL);
    heads.forEach(head -> kinds.add(new Request(port, (head + "\r\n\r\n").getBytes(UTF_8))));
  }

  private void webSocket(List<Request> kinds, int port) {
    byte[] upgrade =
        ("GET /smq.lsp HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade"
                + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
                + "\r\n\r\n")
            .getBytes(UTF_8);
    kinds.add(new Request(port, upgrade));
    kinds.add(new Request(port, join(upgrade, noise(200))));
    kinds.add(new Request(port, join(upgrade, message(connect()), message(evilPacket()))));
    kinds.add(new Request(port, join(upgrade, message(connect()), message(disconnect()))));
  }

  private void raw(List<Request> kinds, int port) {
    byte[] bootstrap = "GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(UTF_8);
    kinds.add(new Request(port, noise(300)));
    kinds.add(new Request(port, join(bootstrap, noise(300))));
    kinds.add(new Request(port, join(bootstrap, frame(connect()), frame(evilPacket()))));
    kinds.add(new Request(port, join(bootstrap, frame(connect()), frame(disconnect()))));
  }

  /** What scanners send, and TLS that stops half way. */
  private void noise(List<Request> kinds, List<Integer> ports) {
    byte[] hello = join(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252, 3, 3}, noise(500));
    for (int port : ports) {
      kinds.add(new Request(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8)));
      kinds.add(new Request(port, noise(1000)));
      kinds.add(new Request(port, hello));
      kinds.add(new Request(port, join("beef".getBytes(UTF_8), noise(100))));
      kinds.add(new Request(port, new byte[0]));
    }
  }

  private static byte[] connect() {
    byte[] uid = ("hostile" + EVIL).getBytes(UTF_8);
    return join(new byte[] {2, 1, (byte) uid.length}, uid, new byte[1], EVIL.getBytes(UTF_8));
  }

  private static byte[] evilPacket() {
    return join(new byte[] {(byte) 0xFE}, EVIL.getBytes(UTF_8));
  }

  private static byte[] disconnect() {
    return join(new byte[] {11}, EVIL.repeat(8).getBytes(UTF_8));
  }

  private static byte[] frame(byte[] packet) {
    return join(new byte[] {0, (byte) (packet.length + 2)}, packet);
  }

  /** Masked by zeros. */
  private static byte[] message(byte[] packet) {
    return join(new byte[] {(byte) 0x82, (byte) (0x80 | packet.length), 0, 0, 0, 0}, packet);
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static void send(Request request, boolean reset) {
    try (Socket socket = new Socket("127.0.0.1", request.port())) {
      socket.getOutputStream().write(request.bytes());
      socket.setSoLinger(reset, 0);
    } catch (IOException e) {
      // the node has closed already, which is its right
    }
  }

  /** The size of the log when nothing was added for a while. */
  private static long settledSize(NodeProcess node) throws IOException {
    long[] last = {-1, System.nanoTime()};
    Await.until(
        "the log to be quiet",
        Duration.ofSeconds(60),
        () -> {
          long size = Files.size(node.log());
          if (size != last[0]) {
            last[0] = size;
            last[1] = System.nanoTime();
          }
          return System.nanoTime() - last[1] > QUIET.toNanos();
        });
    return last[0];
  }
}
