package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;

/** Keys from a real web server. */
class RemoteKeySetTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private volatile String jwks = TestTokens.jwks(TestTokens.ec("first"));
  private volatile int status = 200;
  private HttpServer server;
  private RemoteKeySet keys;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/keys",
        exchange -> {
          requests.incrementAndGet();
          byte[] body = jwks.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    keys.close();
    server.stop(0);
  }

  private void open() {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    keys = new RemoteKeySet(url, nanos::get);
  }

  private JWKSet newer() throws Exception {
    return keys.newer().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aNewKeyIsFetchedForTheFirstTokenOfIt() throws Exception {
    open();
    assertNotNull(newer().getKeyByKeyId("first"));
    jwks = TestTokens.jwks(TestTokens.ec("second"));
    pass(RemoteKeySet.PAUSE);
    assertNotNull(newer().getKeyByKeyId("second"));
    assertTrue(keys.poll());
    assertFalse(keys.poll());
  }

  @Test
  void unknownKeysCostOneRequestWithinThePause() throws Exception {
    open();
    newer();
    pass(RemoteKeySet.PAUSE);
    for (int i = 0; i < 1000; i++) {
      newer();
    }
    assertEquals(2, requests.get());
  }

  @Test
  void theKeysAreFetchedAgainAfterAWhile() throws Exception {
    open();
    JWKSet before = newer();
    keys.poll();
    pass(RemoteKeySet.REFRESH);
    keys.poll();
    Await.until("a second request", PATIENCE, () -> requests.get() == 2);
    assertSame(before, newer(), "nothing has changed");
    assertFalse(keys.poll());
  }

  @Test
  void anAnswerThatIsNoneLeavesTheKeysInForce() throws Exception {
    open();
    JWKSet before = newer();
    for (String wrong :
        new String[] {"<html>", "{\"keys\":[]}", " ".repeat(SmallAnswers.MAX_BYTES) + jwks}) {
      jwks = wrong;
      pass(RemoteKeySet.PAUSE);
      assertSame(before, newer());
    }
    jwks = TestTokens.jwks(TestTokens.ec("second"));
    status = 500;
    pass(RemoteKeySet.PAUSE);
    assertSame(before, newer());
    assertEquals(5, requests.get());
  }

  @Test
  void withoutAnAnswerThereAreNoKeysUntilThereIsOne() throws Exception {
    status = 503;
    open();
    assertSame(KeySet.NONE, newer());
    status = 200;
    pass(RemoteKeySet.PAUSE);
    keys.poll();
    assertNotNull(newer().getKeyByKeyId("first"));
  }
}
