package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** WebSocket by the fast path, the default. */
@ExtendWith(SharedCluster.class)
class OwnFramesIT extends WebSocketScenarios {

  /** Classes of which one stands for each request that is kept, as the JVM lists them. */
  private static final Pattern REQUESTS =
      Pattern.compile(
          "(\\d+) +\\d+ +\\S+(?:ServerHttpRequestImpl|PwcCoyoteRequest|RequestContext)\\b");

  private final TestCluster cluster;

  OwnFramesIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Override
  NodeProcess node() {
    return cluster.node(1);
  }

  static Stream<Arguments> brokenRules() {
    return Stream.of(
        Arguments.of("frame not masked", new byte[] {(byte) 0x82, 1, 12}),
        Arguments.of("reserved bits set", Frames.frame(0xC0 | Frames.BINARY, new byte[] {12})),
        Arguments.of("unknown opcode", Frames.frame(0x83, new byte[] {12})),
        Arguments.of("continuation of nothing", Frames.frame(0x80, new byte[] {12})),
        Arguments.of("control frame too long", Frames.frame(0x89, new byte[126])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenRules")
  void brokenRuleOfTheRfcIsToldAndClosedWith1002(String rule, byte[] bytes) throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(bytes);
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertTrue(rest.get(0).text().contains(rule), rest.get(0).text());
      assertEquals(1002, rest.get(1).closeCode());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-Other: 1", "Cookie: theme=dark", "Authorization: Bearer a.b.c", "Origin: null"})
  void aHandshakeThatNeedsNothingOfTheContainerPassesItBy(String header) throws IOException {
    try (WebSocketPeer peer = new WebSocketPeer(port(), new byte[0], header)) {
      assertEquals(
          !header.startsWith("Origin"), peer.head().startsWith("HTTP/1.1 101 Switching"), header);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie: a=b; smq-admin-smq=x",
        "Cookie: JSESSIONID=a",
        "Authorization: Basic YTpi"
      })
  void aHandshakeThatMayHaveALoginDoesNot(String header) throws IOException {
    byte[] connect = Frames.message(WebSocketPeer.connect(UUID.randomUUID().toString()));
    try (WebSocketPeer peer = new WebSocketPeer(port(), connect, header)) {
      assertTrue(peer.head().startsWith("HTTP/1.1 101 Web Socket Protocol"), peer.head());
      assertTrue(peer.next().text().endsWith("127.0.0.1"));
      assertArrayEquals(new byte[] {3, 0}, Arrays.copyOf(peer.next().payload(), 2));
    }
  }

  @Test
  void aHandshakeBehindOtherRequestsIsOfTheFastPathToo() throws IOException {
    byte[] connect = Frames.message(WebSocketPeer.connect(UUID.randomUUID().toString()));
    String page = "GET /smq.lsp HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    String answer =
        answer(page + WebSocketPeer.handshake("/smq.lsp", "127.0.0.1"), connect, "\u0003\0");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    assertTrue(answer.contains("\nHTTP/1.1 101 Switching"), answer);
  }

  @Test
  void aHandshakeThatTheContainerWouldHaveToWriteForIsRefused() throws IOException {
    String answer =
        answer(WebSocketPeer.handshake("/%73mq.lsp", "127.0.0.1"), new byte[0], "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
  }

  /** What the node answers, up to some text. */
  private String answer(String request, byte[] behind, String end) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout(15_000);
      socket
          .getOutputStream()
          .write(Frames.concat(request.getBytes(StandardCharsets.US_ASCII), behind));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf(end) < 0) {
        int next = socket.getInputStream().read();
        assertTrue(next >= 0, answer::toString);
        answer.append((char) next);
      }
      return answer.toString();
    }
  }

  @Test
  void initTellsTheClientThatAProxyNames() throws IOException {
    try (WebSocketPeer peer =
        new WebSocketPeer(
            SharedCluster.PROXY, port(), new byte[0], "X-Forwarded-For: 203.0.113.7")) {
      assertTrue(peer.next().text().endsWith("203.0.113.7"));
    }
    try (WebSocketPeer peer =
        new WebSocketPeer(SharedCluster.PROXY, port(), new byte[0], "X-Forwarded-For: unknown")) {
      assertTrue(peer.head().startsWith("HTTP/1.1 400"), peer.head());
    }
  }

  @Test
  void noRequestStaysWithAnOpenConnection() throws IOException {
    // the first handshakes fill what the server reuses for any connection
    WebSocketPeer.connected(port()).close();
    long before = requests();
    List<WebSocketPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        peers.add(WebSocketPeer.connected(port()));
      }
      long more = requests() - before;
      assertTrue(more < peers.size() / 2, () -> more + " requests more are kept");
    } finally {
      for (WebSocketPeer peer : peers) {
        peer.close();
      }
    }
  }

  /** Objects of the class that the node's heap has most of, of those for a request each. */
  private long requests() {
    return REQUESTS
        .matcher(node().jcmd("GC.class_histogram"))
        .results()
        .mapToLong(count -> Long.parseLong(count.group(1)))
        .max()
        .orElse(0);
  }

  @Test
  void lengthThatLiesIsRefusedBeforeAnythingIsKept() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4});
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(1009, rest.get(rest.size() - 1).closeCode());
    }
  }

  @Test
  void lastWordsArriveThoughTheClientGoesOnSending() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(Frames.frame(0x83, new byte[] {12}));
      peer.send(new byte[256 * 1024]);
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(2, rest.size());
      assertEquals(1002, rest.get(1).closeCode());
    }
  }

  @Test
  void pingsOfAClientThatDoesNotReadAreNotHoarded() throws IOException {
    byte[] ping = Frames.frame(0x89, new byte[125]);
    byte[][] many = new byte[1000][];
    Arrays.fill(many, ping);
    byte[] burst = Frames.concat(many);
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      for (int i = 0; i < 100; i++) {
        peer.send(burst);
      }
      byte[] last = {42};
      peer.send(Frames.frame(0x89, last));
      WebSocketPeer.Frame pong;
      int pongs = 0;
      do {
        pong = peer.next();
        pongs++;
      } while (pong.payload().length > 1);
      assertArrayEquals(last, pong.payload());
      assertTrue(pongs < 100_000, () -> "each ping was answered by itself");
    }
  }
}
