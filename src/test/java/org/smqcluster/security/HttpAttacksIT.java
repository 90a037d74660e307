package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.security.RawHttp.bytes;
import static org.smqcluster.security.RawHttp.login;
import static org.smqcluster.security.RawHttp.status;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.testing.Await;

/** A node as attackers meet it on its HTTP port. */
@ExtendWith(SharedSecurityNodes.class)
class HttpAttacksIT {

  private static final Duration FREE_AGAIN = Duration.ofSeconds(60);
  private static final int SLOW_SENDERS = 300;

  /** Fewer than may wait for the check of their password. */
  private static final int GUESSERS = 24;

  /** What Java's HTTP client adds to a request. */
  private static final String OFFER =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n";

  private final HttpsNode node;

  HttpAttacksIT(HttpsNode node) {
    this.node = node;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /nowhere                  | 404 | text/html        | nothing at this address",
        "GET /admin/%3Cb%3E            | 404 | text/html        | nothing at this address",
        "GET /WEB-INF/web.xml          | 404 | text/html        | nothing at this address",
        "GET /openapi/application.wadl | 404 | text/html        | nothing at this address",
        "GET /error                    | 404 | text/html        | nothing at this address",
        "POST /smq.lsp                 | 405 | text/html        | this method",
        "FROB /                        | 501 | text/html        | this method",
        "GET /api/nowhere              | 40. | application/prob | detail",
        "PUT /api/cluster              | 405 | application/prob | GET, OPTIONS only",
      })
  void anErrorIsToldInASentenceThatNamesNeitherServerNorVersion(
      String request, String status, String type, String sentence) throws Exception {
    try (Socket socket = node.plain()) {
      String answer =
          RawHttp.answer(socket, request + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      assertTrue(answer.matches("(?s)HTTP/1.1 " + status + ".*"), answer);
      assertTrue(answer.contains("Content-Type: " + type), answer);
      assertTrue(answer.contains(sentence), answer);
      assertFalse(answer.contains("<b>"), answer);
      assertFalse(answer.matches("(?is).*(payara|grizzly|jersey|tyrus|exception).*"), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost:",
        "GET / HTTP/1.1\r\nHost: :80",
        "GET / HTTP/1.1\r\nHost: a:-1",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
        "GET http:///api/cluster HTTP/1.1\r\nHost: a",
        "GET http://a:x/ HTTP/1.1\r\nHost: a",
        "GET / HTTP/1.0\r\nHost:",
        "POST /api/session HTTP/1.1\r\nHost:\r\nContent-Length: 2",
        "GET /smq.lsp HTTP/1.1\r\nHost:\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
      })
  void aRequestWithoutOneHostIsRefused(String request) throws Exception {
    try (Socket socket = node.plain()) {
      String answer = RawHttp.answer(socket, request + "\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%zz", "/led/%", "/api/cluster;x=%2", "/smq.lsp%g0"})
  void aPathWithABrokenEscapeIsRefused(String path) throws Exception {
    try (Socket socket = node.plain()) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";

      assertTrue(RawHttp.answer(socket, request).startsWith("HTTP/1.1 400 "), path);
    }
  }

  /** A proxy that sees another end than the server takes a part of a body for a request. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nContent-Length: 7",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Content-Length: 7\r\nTransfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "Content-Length: 7\r\nContent-Length: 8",
        "Content-Length: +7",
        "Content-Length : 7"
      })
  void aRequestWhoseBodyHasTwoEndsIsRefusedAndNothingBehindItIsServed(String headers)
      throws Exception {
    String answers = answersToTwoRequests(headers);

    assertTrue(answers.startsWith("HTTP/1.1 400 "), answers);
    assertEquals(1, answers.split("HTTP/1.1 ").length - 1, answers);
  }

  /** Of these the server cannot tell the first from the others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 7\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: Chunked"
      })
  void behindAChunkedBodyNothingIsServed(String headers) throws Exception {
    String answers = answersToTwoRequests(headers);

    assertTrue(answers.startsWith("HTTP/1.1 405 "), answers);
    assertEquals(1, answers.split("HTTP/1.1 ").length - 1, answers);
  }

  private String answersToTwoRequests(String headersOfTheFirst) throws Exception {
    try (Socket socket = node.plain()) {
      socket.setSoTimeout(20_000);
      return RawHttp.answer(
          socket,
          "POST /smq.lsp HTTP/1.1\r\nHost: localhost\r\n"
              + headersOfTheFirst
              + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
              + "GET /led/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metrics",
        "/metrics;x",
        "//metrics",
        "/health",
        "/health;x/live",
        "/%68ealth",
        "/api/clients",
        "/api/clients;x=1",
        "//api/clients",
        "/led/..;/api/clients",
        "/led/../api/clients",
        "/%61pi/clients",
        "/WEB-INF/web.xml",
        "/WEB-INF;/web.xml",
        "/led/%2e%2e/WEB-INF/web.xml",
        "/META-INF/MANIFEST.MF",
        "/%2e%2e/%2e%2e/etc/passwd"
      })
  void noSpellingOfAPathGetsAroundItsProtection(String path) throws Exception {
    try (Socket socket = node.plain()) {
      String status =
          status(
              socket,
              "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");

      assertTrue(status.matches("HTTP/1.1 [34]\\d\\d"), status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "PUT", "DELETE", "PATCH", "FOO"})
  void otherMethodsDoNothing(String method) throws Exception {
    try (Socket socket = node.plain()) {
      String status = status(socket, method + " /api/clients HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertEquals("HTTP/1.1 405", status);
    }
  }

  @Test
  void aBodyThatIsTooLongIsNotTakenIntoMemory() throws Exception {
    try (Socket socket = node.plain()) {
      assertEquals("HTTP/1.1 413", status(socket, login("Content-Length: 1000000000")));
    }
    try (Socket socket = node.plain()) {
      socket
          .getOutputStream()
          .write(bytes(login("Transfer-Encoding: chunked") + "9\r\n{\"user\":\"\r\n"));
      byte[] chunk = bytes("10000\r\n" + "a".repeat(0x10000) + "\r\n");
      for (int i = 0; i < 16; i++) {
        socket.getOutputStream().write(chunk);
      }
      assertTrue(status(socket, "0\r\n\r\n").matches("HTTP/1.1 4(00|13)"));
    }
  }

  /** Grizzly would wait for more, and hold a thread, where the request asks for an upgrade too. */
  @Test
  void aBodyThatIsShorterThanItsJsonIsRefusedAtOnce() throws Exception {
    try (Socket socket = node.plain()) {
      String request = login(OFFER + "Content-Length: 1") + "{";

      socket.setSoTimeout(20_000);
      assertEquals("HTTP/1.1 400", status(socket, request));
    }
  }

  /** A parser that skips what is not asked for would look for its end for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":[", "{\"a\":{", "{\"a\":[}", "{\"user\":\"x\",\"a\":[[1,"})
  void aJsonThatBreaksOffInAnUnknownMemberIsRefusedAtOnce(String body) throws Exception {
    for (String length :
        List.of("Content-Length: " + body.length(), "Transfer-Encoding: chunked")) {
      try (Socket socket = node.plain()) {
        socket.setSoTimeout(20_000);
        String sent =
            length.startsWith("C")
                ? body
                : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        assertEquals("HTTP/1.1 400", status(socket, login(length) + sent));
      }
    }
  }

  /** An end with bytes unread would reset the connection, and the peer would lose the answer. */
  @Test
  void aPeerThatStillSendsWhenItIsRefusedReadsWhy() throws Exception {
    try (Socket socket = node.plain()) {
      socket.setSoTimeout(20_000);
      String request = login(OFFER + "Content-Length: 400000");

      assertEquals("HTTP/1.1 400", status(socket, request + "[".repeat(100_000)));

      for (int i = 0; i < 30; i++) {
        socket.getOutputStream().write(bytes("[".repeat(10_000)));
      }
      socket.getInputStream().readAllBytes();
    }
  }

  @Test
  void aDevicePortThatIsSwitchedOffDoesNotListen() {
    assertThrows(
        ConnectException.class, () -> new Socket("127.0.0.1", node.process().devicePort()).close());
  }

  /** By a client that would like HTTP/2, with which Grizzly waits for ever for such a body. */
  @Test
  void aJsonOfThousandsOfLevelsIsRefusedAtOnce() throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(node.trust()).build();
    for (URI site : List.of(node.process().http("/"), node.https())) {
      HttpRequest request =
          HttpRequest.newBuilder(site.resolve("/api/session"))
              .timeout(Duration.ofSeconds(20))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("[".repeat(400_000)))
              .build();
      for (int i = 0; i < 10; i++) {
        assertEquals(400, http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
      }
    }
  }

  @Test
  void anOfferOfHttp2IsIgnored() throws Exception {
    try (Socket socket = node.plain()) {
      socket.setSoTimeout(20_000);
      String request = "GET /led/ HTTP/1.1\r\nHost: localhost\r\n";
      String last = "Connection: close\r\n\r\n";
      socket.getOutputStream().write(bytes(request + OFFER + "\r\n" + request + last));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertEquals(2, answers.split("HTTP/1.1 200", -1).length - 1, answers);
    }
  }

  @Test
  void sendersOfSlowBodiesDelayNoOther() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_SENDERS; i++) {
        Socket socket = node.plain();
        slow.add(socket);
        socket.getOutputStream().write(bytes(login("Content-Length: 100") + "{"));
      }
      // the last of them finds no place any more: all others have theirs by then
      assertEquals("HTTP/1.1 503", status(slow.get(slow.size() - 1), ""));

      long start = System.nanoTime();
      assertEquals(200, node.process().status("/led/"));
      assertEquals(3, node.connect());
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    Await.until(
        "the places to be free again",
        FREE_AGAIN,
        () -> new AdminApi(node.process(), null).status("POST", "/api/session", "{}") == 400);
  }

  @Test
  void handshakesWithPasswordsDelayNoOther() throws Exception {
    List<Socket> guessers = new ArrayList<>();
    try {
      for (int i = 0; i < GUESSERS; i++) {
        // addresses of their own, so that none is refused unchecked
        InetAddress from = InetAddress.getByName("127.9.0." + (1 + i));
        Socket socket = new Socket("127.0.0.1", node.process().httpPort(), from, 0);
        guessers.add(socket);
        String pair = Base64.getEncoder().encodeToString(bytes("nobody" + i + ":guess"));
        socket
            .getOutputStream()
            .write(
                bytes(
                    "GET /smq.lsp HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Basic "
                        + pair
                        + "\r\n\r\n"));
      }

      assertEquals(200, node.process().status("/led/"));
      int unanswered = 0;
      for (Socket socket : guessers) {
        unanswered += socket.getInputStream().available() == 0 ? 1 : 0;
      }
      assertTrue(unanswered > GUESSERS / 2, unanswered + " passwords wait to be checked");
      for (Socket socket : guessers) {
        // an administrator who logs in while as many wait is refused
        socket.setSoTimeout(60_000);
        assertEquals('H', socket.getInputStream().read());
      }
    } finally {
      for (Socket socket : guessers) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health", "/led/", "/smq.lsp"})
  void anUnexpectedFormIsNotWaitedFor(String path) throws Exception {
    try (Socket socket = node.plain()) {
      socket.setSoTimeout(15_000);
      String status =
          status(
              socket,
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100"
                  + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na");

      assertTrue(status.matches("HTTP/1.1 [234]\\d\\d"), status);
    }
  }

  @Test
  void moreLiveStreamsThanThereArePlacesAreAskedToComeLater() throws Exception {
    String pair = "eve:" + AdminApi.PASSWORD;
    String request =
        "GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "
            + Base64.getEncoder().encodeToString(bytes(pair))
            + "\r\n\r\n";
    List<Socket> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 32; i++) {
        Socket socket = node.plain();
        streams.add(socket);
        assertEquals("HTTP/1.1 200", status(socket, request));
      }
      try (Socket socket = node.plain()) {
        assertEquals("HTTP/1.1 503", status(socket, request));
      }
      assertNotEquals(503, node.process().status("/led/"));
    } finally {
      for (Socket socket : streams) {
        socket.close();
      }
    }
  }

  @Test
  void aPageOfAnotherSiteMayNotOpenAWebSocketByAnySpellingOfThePath() throws Exception {
    for (String path : List.of("/smq.lsp", "/smq.lsp;x", "//smq.lsp", "/%73mq.lsp", "/smq")) {
      try (Socket socket = node.plain()) {
        String status =
            status(
                socket,
                "GET "
                    + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1:"
                    + node.process().httpPort()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                    + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
                    + "\r\nOrigin: http://evil.example\r\n\r\n");
        assertAll(path, () -> assertTrue(status.matches("HTTP/1.1 40[34]"), status));
      }
    }
  }
}
