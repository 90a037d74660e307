package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.testing.Await;
import org.smqcluster.transport.websocket.Frames;
import org.smqcluster.transport.websocket.WebSocketPeer;

/**
 * HTTP peers that stop in the middle, of five kinds at once, many of each and from several
 * addresses, hold up no client's message and no WebSocket handshake.
 */
@ExtendWith(SharedSecurityNodes.class)
class PeersThatStallIT {

  private static final int HANDSHAKES = 20;
  private static final int PEERS_OF_A_KIND = 80;
  private static final int SMALL_WINDOW = 4096;

  /** The beginning of a TLS record, which says that more comes. */
  private static final byte[] HALF_CLIENT_HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

  // What waits for a thread that a stalled peer holds waits for three seconds or more.
  private static final Duration MAX_MESSAGE = Duration.ofSeconds(2);

  /** Three of four. */
  private static final Duration MOST_HANDSHAKES = Duration.ofSeconds(2);

  /** The first ones meet all attackers' first connections, and share two processors with them. */
  private static final Duration MAX_HANDSHAKE = Duration.ofSeconds(8);

  private final HttpsNode node;
  private final Queue<Socket> stalled = new ConcurrentLinkedQueue<>();
  private final ExecutorService attackers = Executors.newFixedThreadPool(5);
  private String cookie;

  PeersThatStallIT(HttpsNode node) {
    this.node = node;
  }

  @BeforeEach
  void logIn() throws IOException {
    String body = "{\"user\":\"eve\",\"password\":\"" + AdminApi.PASSWORD + "\"}";
    try (Socket socket = node.plain()) {
      socket
          .getOutputStream()
          .write(RawHttp.bytes(RawHttp.login("Content-Length: " + body.length()) + body));
      String head = RawHttp.head(socket);
      Matcher found = Pattern.compile("Set-Cookie: ([^;]+)").matcher(head);
      assertTrue(found.find(), head);
      cookie = "Cookie: " + found.group(1);
    }
  }

  @AfterEach
  void endTheAttack() throws Exception {
    attackers.shutdownNow();
    assertTrue(attackers.awaitTermination(30, TimeUnit.SECONDS));
    for (Socket socket : stalled) {
      socket.close();
    }
    Await.until(
        "pages to be served again",
        Duration.ofSeconds(30),
        () -> node.process().status("/health/live") == 200);
  }

  @Test
  void messagesAndHandshakesDoNotWaitForPeersThatDoNotReadOrStopInTheMiddle() throws Exception {
    Duration worstMessage = Duration.ZERO;
    List<Duration> handshakes = new ArrayList<>();
    try (WebSocketPeer publisher = connect();
        WebSocketPeer subscriber = connect()) {
      int tid = subscriber.subscribe("/stalled/" + UUID.randomUUID());
      startTheAttack();
      for (int round = 0; handshakes.size() < HANDSHAKES; round++) {
        long start = System.nanoTime();
        publisher.send(Frames.message(publisher.publish(tid, Frames.payload(20))));
        assertEquals(33, subscriber.next().payload().length);
        worstMessage = longer(worstMessage, start);
        if (round % 50 == 0) {
          start = System.nanoTime();
          connect().close();
          handshakes.add(longer(Duration.ZERO, start));
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    Collections.sort(handshakes);
    String took = "worst message: " + worstMessage + ", handshakes: " + handshakes;
    assertTrue(worstMessage.compareTo(MAX_MESSAGE) < 0, took);
    Duration most = handshakes.get(HANDSHAKES * 3 / 4);
    assertTrue(most.compareTo(MOST_HANDSHAKES) < 0, took);
    assertTrue(handshakes.get(HANDSHAKES - 1).compareTo(MAX_HANDSHAKE) < 0, took);
  }

  private static Duration longer(Duration worst, long start) {
    Duration now = Duration.ofNanos(System.nanoTime() - start);
    return now.compareTo(worst) > 0 ? now : worst;
  }

  private WebSocketPeer connect() throws IOException {
    return WebSocketPeer.connected(node.process().httpPort(), UUID.randomUUID().toString(), cookie);
  }

  private void startTheAttack() {
    int plain = node.process().httpPort();
    attack(plain, "GET /openapi HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(40));
    attack(plain, RawHttp.login("Content-Length: 1000000") + "{".repeat(70_000));
    attack(plain, "GET /api/events HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n\r\n");
    attack(plain, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    attack(node.https().getPort(), HALF_CLIENT_HELLO);
  }

  private void attack(int port, String bytes) {
    attack(port, RawHttp.bytes(bytes));
  }

  /** Opens connections again and again, each with these bytes, and never reads. */
  private void attack(int port, byte[] bytes) {
    attackers.execute(
        () -> {
          for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            try {
              Socket socket = new Socket();
              stalled.add(socket);
              socket.setReceiveBufferSize(SMALL_WINDOW);
              socket.bind(
                  new InetSocketAddress(InetAddress.getByName("127.0.0." + (1 + i % 4)), 0));
              socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
              socket.getOutputStream().write(bytes);
              if (stalled.size() > 5 * PEERS_OF_A_KIND) {
                stalled.remove().close();
                TimeUnit.MILLISECONDS.sleep(20);
              }
            } catch (IOException e) {
              // the node has had enough of it
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }
}
