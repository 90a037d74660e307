package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/** One node that lets in who is logged in on its web site, with HTTPS, as attackers meet it. */
class HttpSecurityIT {

  private static final Duration RELOADED = Duration.ofSeconds(60);
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int SLOW_SENDERS = 300;

  @TempDir private static Path directory;
  private static int httpsPort;
  private static NodeProcess node;

  @BeforeAll
  static void start() throws Exception {
    certificate(directory.resolve("first"));
    Files.copy(directory.resolve("first/https.p12"), directory.resolve("https.p12"));
    httpsPort = FreePorts.next();
    node =
        NodeProcess.builder("http")
            .https(httpsPort, directory.resolve("https.p12"), "https")
            .properties(AdminApi.USERS)
            .property("smq.auth", "http")
            .property("smq.device.enabled", "false")
            .property("smq.admin.monitoring", "loopback")
            .start()
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static void certificate(Path where) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of("server-config/tls/make-certificates").toAbsolutePath().toString(),
                where.toString(),
                "server",
                "https")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("certificates.log").toFile())
            .start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue(), Files.readString(directory.resolve("certificates.log")));
  }

  // ---- the login of the web site

  @Test
  void whoIsNotLoggedInOnTheWebSiteIsRefusedWithConnack3() throws Exception {
    assertEquals(3, connect().code().ordinal());
  }

  @Test
  void whoIsLoggedInOnTheWebSiteIsLetIn() throws Exception {
    String pair = "eve:" + AdminApi.PASSWORD;
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

    assertEquals(0, connect("Authorization", "Basic " + basic).code().ordinal());
  }

  @Test
  void theCookieOfALoginLetsAPageInUntilTheLogout() throws Exception {
    HttpResponse<String> login =
        new AdminApi(node, null)
            .send(
                "POST",
                "/api/session",
                "{\"user\":\"eve\",\"password\":\"" + AdminApi.PASSWORD + "\"}");
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];

    assertEquals(0, connect("Cookie", cookie).code().ordinal());

    new AdminApi(node, null)
        .send("DELETE", "/api/session", null, "Cookie", cookie, "X-Requested-By", "test");
    assertEquals(3, connect("Cookie", cookie).code().ordinal());
  }

  /** Connects by WebSocket with these headers, names and values in turn. */
  private static Packet.Connack connect(String... headers) throws Exception {
    return connect(HttpClient.newBuilder(), node.webSocket(), headers);
  }

  private static Packet.Connack connect(HttpClient.Builder http, URI address, String... headers)
      throws Exception {
    BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
    WebSocket.Builder builder = http.build().newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    WebSocket socket = builder.buildAsync(address, new Receiver(packets)).join();
    try {
      assertInstanceOf(Packet.Init.class, packets.poll(20, TimeUnit.SECONDS));
      Packet hello = Packet.Connect.version1("page-of-a-user", new byte[0], "test");
      socket.sendBinary(PacketEncoder.encode(hello).message(), true).join();
      return assertInstanceOf(Packet.Connack.class, packets.poll(20, TimeUnit.SECONDS));
    } finally {
      socket.abort();
    }
  }

  private record Receiver(BlockingQueue<Packet> packets) implements WebSocket.Listener {

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      try {
        packets.add(PacketDecoder.decode(EncodedPacket.ofMessage(data)));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      socket.request(1);
      return null;
    }
  }

  // ---- HTTPS

  @Test
  void aNewHttpsCertificateIsShownWithoutARestartAndOpenConnectionsLiveOn() throws Exception {
    certificate(directory.resolve("second"));
    try (SSLSocket open = secure()) {
      BigInteger before = serial(open);
      Files.move(
          directory.resolve("second/https.p12"),
          directory.resolve("https.p12"),
          StandardCopyOption.REPLACE_EXISTING);

      Await.until("the new certificate", RELOADED, () -> !before.equals(shownSerial()));

      assertEquals("HTTP/1.1 200", status(open, "GET /led/ HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      assertEquals(before, serial(open));

      BigInteger second = shownSerial();
      Files.writeString(directory.resolve("https.p12"), "no key store");
      Await.until(
          "the node to say that the file is broken",
          RELOADED,
          () -> Files.readString(node.log()).contains("changed and cannot be used"));
      assertEquals(second, shownSerial());
    }
  }

  private static BigInteger shownSerial() throws Exception {
    try (SSLSocket socket = secure()) {
      return serial(socket);
    }
  }

  private static BigInteger serial(SSLSocket socket) throws IOException {
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getSerialNumber();
  }

  @Test
  void aLoginOverHttpsHasASecureCookieThatOpensAWebSocketByTls() throws Exception {
    String body = "{\"user\":\"eve\",\"password\":\"" + AdminApi.PASSWORD + "\"}";
    String head;
    try (SSLSocket socket = secure()) {
      socket.getOutputStream().write(bytes(login("Content-Length: " + body.length()) + body));
      head = head(socket);
    }
    Matcher cookie = Pattern.compile("Set-Cookie: ([^;]+);([^\r]*)").matcher(head);
    assertTrue(cookie.find(), head);
    for (String attribute : List.of("Secure", "HttpOnly", "SameSite=Strict")) {
      assertTrue(cookie.group(2).contains(attribute), cookie.group(2));
    }

    HttpClient.Builder http = HttpClient.newBuilder().sslContext(trust());
    URI address = URI.create("wss://127.0.0.1:" + httpsPort + "/smq.lsp");
    assertEquals(0, connect(http, address, "Cookie", cookie.group(1)).code().ordinal());
  }

  private static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = socket.getInputStream().read();
      if (read < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) read);
    }
    return head.toString();
  }

  private static SSLSocket secure() throws Exception {
    SSLSocket socket = (SSLSocket) trust().getSocketFactory().createSocket("127.0.0.1", httpsPort);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    return socket;
  }

  private static SSLContext trust() throws Exception {
    KeyStore both = KeyStore.getInstance(KeyStore.getDefaultType());
    both.load(null, null);
    for (String name : List.of("first", "second")) {
      Path trust = directory.resolve(name + "/truststore.p12");
      if (Files.exists(trust)) {
        KeyStore one = KeyStore.getInstance(trust.toFile(), "changeit".toCharArray());
        both.setCertificateEntry(name, one.getCertificate("ca"));
      }
    }
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(both);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  // ---- attacks

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
    try (Socket socket = plain()) {
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
    try (Socket socket = plain()) {
      String status = status(socket, method + " /api/clients HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertEquals("HTTP/1.1 405", status);
    }
  }

  @Test
  void aBodyThatIsTooLongIsNotTakenIntoMemory() throws Exception {
    try (Socket socket = plain()) {
      assertEquals("HTTP/1.1 413", status(socket, login("Content-Length: 1000000000")));
    }
    try (Socket socket = plain()) {
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

  @Test
  void aDevicePortThatIsSwitchedOffDoesNotListen() {
    assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", node.devicePort()).close());
  }

  /** By a client that would like HTTP/2, with which Grizzly waits for ever for such a body. */
  @Test
  void aJsonOfThousandsOfLevelsIsRefusedAtOnce() throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(trust()).build();
    for (URI site : List.of(node.http("/"), URI.create("https://127.0.0.1:" + httpsPort))) {
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
  void noPlainConnectionIsUpgradedToHttp2() throws Exception {
    try (Socket socket = plain()) {
      String status =
          status(
              socket,
              "GET /led/ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings"
                  + "\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

      assertEquals("HTTP/1.1 200", status);
    }
  }

  @Test
  void sendersOfSlowBodiesHoldUpNobodyElse() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_SENDERS; i++) {
        Socket socket = plain();
        slow.add(socket);
        socket.getOutputStream().write(bytes(login("Content-Length: 100") + "{"));
      }
      // the last of them finds no place any more: all others have theirs by then
      assertEquals("HTTP/1.1 503", status(slow.get(slow.size() - 1), ""));

      long start = System.nanoTime();
      assertEquals(200, node.status("/led/"));
      assertEquals(3, connect().code().ordinal());
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    Await.until(
        "the places to be free again",
        RELOADED,
        () -> new AdminApi(node, null).status("POST", "/api/session", "{}") == 400);
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
        Socket socket = plain();
        streams.add(socket);
        assertEquals("HTTP/1.1 200", status(socket, request));
      }
      try (Socket socket = plain()) {
        assertEquals("HTTP/1.1 503", status(socket, request));
      }
      assertNotEquals(503, node.status("/led/"));
    } finally {
      for (Socket socket : streams) {
        socket.close();
      }
    }
  }

  @Test
  void aPageOfAnotherSiteMayNotOpenAWebSocketByAnySpellingOfThePath() throws Exception {
    for (String path : List.of("/smq.lsp", "/smq.lsp;x", "//smq.lsp", "/%73mq.lsp", "/smq")) {
      try (Socket socket = plain()) {
        String status =
            status(
                socket,
                "GET "
                    + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1:"
                    + node.httpPort()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                    + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
                    + "\r\nOrigin: http://evil.example\r\n\r\n");
        assertAll(path, () -> assertTrue(status.matches("HTTP/1.1 40[34]"), status));
      }
    }
  }

  private static String login(String bodyHeader) {
    return "POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + bodyHeader
        + "\r\n\r\n";
  }

  private static Socket plain() throws IOException {
    Socket socket = new Socket("127.0.0.1", node.httpPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** Sends this and reads the beginning of the answer, up to the status. */
  private static String status(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(bytes(request));
    InputStream in = socket.getInputStream();
    return new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
