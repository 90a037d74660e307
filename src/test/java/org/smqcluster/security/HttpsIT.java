package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.security.RawHttp.bytes;
import static org.smqcluster.security.RawHttp.head;
import static org.smqcluster.security.RawHttp.login;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.testing.Await;

/** HTTPS: its certificate, and the login that goes through it. */
@ExtendWith(SharedSecurityNodes.class)
class HttpsIT {

  private static final Duration RELOADED = Duration.ofSeconds(60);

  private final HttpsNode node;

  HttpsIT(HttpsNode node) {
    this.node = node;
  }

  @Test
  void aNewHttpsCertificateIsShownWithoutARestartAndOpenConnectionsLiveOn() throws Exception {
    node.makeCertificate();
    try (SSLSocket open = node.secure()) {
      BigInteger before = serial(open);
      node.replaceCertificate();

      Await.until(
          "the new certificate", RELOADED, () -> isServed(open) && !before.equals(shownSerial()));

      assertTrue(isServed(open));
      assertEquals(before, serial(open));

      BigInteger second = shownSerial();
      node.breakCertificate();
      Await.until(
          "the node to say that the file is broken",
          RELOADED,
          () -> Files.readString(node.process().log()).contains("changed and cannot be used"));
      assertEquals(second, shownSerial());
    }
  }

  /** Also keeps the connection from being idle for too long. */
  private static boolean isServed(SSLSocket open) throws IOException {
    open.getOutputStream().write(bytes("HEAD /led/ HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    return head(open).startsWith("HTTP/1.1 200");
  }

  private BigInteger shownSerial() throws Exception {
    try (SSLSocket socket = node.secure()) {
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
    try (SSLSocket socket = node.secure()) {
      socket.getOutputStream().write(bytes(login("Content-Length: " + body.length()) + body));
      head = head(socket);
    }
    Matcher cookie = Pattern.compile("Set-Cookie: ([^;]+);([^\r]*)").matcher(head);
    assertTrue(cookie.find(), head);
    for (String attribute : List.of("Secure", "HttpOnly", "SameSite=Strict")) {
      assertTrue(cookie.group(2).contains(attribute), cookie.group(2));
    }

    assertEquals(0, node.connectSecurely("Cookie", cookie.group(1)));
  }
}
