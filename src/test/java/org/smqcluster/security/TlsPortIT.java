package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.CertificateScript;

/** The TLS device port: certificates of the node and of its clients. */
@ExtendWith(SharedSecurityNodes.class)
class TlsPortIT {

  private static final Duration RELOADED = Duration.ofSeconds(20);

  private final AccessNode node;

  TlsPortIT(AccessNode node) {
    this.node = node;
  }

  @Test
  void thePortIsNamedBesideThePlainOne() {
    String ports =
        "\"devicePort\":%d,\"deviceTlsPort\":%d"
            .formatted(node.process().device().getPort(), node.tlsPort());
    Await.until(
        "the node to tell " + ports,
        RELOADED,
        () -> node.process().get("/api/cluster").contains(ports));
  }

  @Test
  void aCertificateLetsTheUserInWhomItNames() throws Exception {
    try (WireClient device = node.secure("device-7")) {
      assertEquals(0, device.connect("device-7", "").code());
    }
  }

  @Test
  void aRevokedCertificateIsRefusedWithConnack5() throws Exception {
    try (WireClient stolen = node.secure("device-8").connect("")) {
      assertEquals(5, stolen.code());
      assertTrue(stolen.connack().reason().contains("revoked"), stolen.connack().reason());
    }
  }

  @Test
  void aClientWhoseCertificateIsRevokedIsToldAndClosed() throws Exception {
    try (WireClient stolen = node.secure("device-9");
        WireClient stays = node.secure("device-7")) {
      assertEquals(0, stolen.connect("device-9", "").code());
      assertEquals(0, stays.connect("").code());

      node.certificates("revoke", "device-8", "device-9");

      assertEquals(
          "credentials withdrawn",
          assertInstanceOf(Packet.Disconnect.class, stolen.next()).reason());
      stolen.awaitClosed();
      stays.settle();
    }
  }

  @Test
  void aClientWhoseAuthorityIsTakenOutOfTheTrustStoreIsToldAndClosed() throws Exception {
    Path guests = node.directory().resolve("guests");
    CertificateScript.run(guests, "client", "guest");
    Path trust = node.directory().resolve("truststore.p12");
    Path own = Files.copy(trust, node.directory().resolve("own-truststore.p12"));
    char[] password = "changeit".toCharArray();
    KeyStore both = KeyStore.getInstance(own.toFile(), password);
    both.setCertificateEntry(
        "guests",
        KeyStore.getInstance(guests.resolve("truststore.p12").toFile(), password)
            .getCertificate("ca"));
    Path next = node.directory().resolve("next-truststore.p12");
    try (OutputStream out = Files.newOutputStream(next)) {
      both.store(out, password);
    }
    SSLContext tls =
        AccessNode.context(
            new TlsIdentity(guests.resolve("guest.p12"), "changeit", own, "changeit"));
    Files.move(next, trust, StandardCopyOption.ATOMIC_MOVE);
    Await.until("the guests' authority to be trusted", RELOADED, () -> isLetIn(tls));

    try (WireClient guest = WireClient.openTls(tls, null, node.tlsPort());
        WireClient stays = node.secure("device-7")) {
      assertEquals(0, guest.connect("guest-device", "").code());
      assertEquals(0, stays.connect("").code());

      Files.move(own, trust, StandardCopyOption.ATOMIC_MOVE);

      assertEquals(
          "credentials withdrawn",
          assertInstanceOf(Packet.Disconnect.class, guest.next()).reason());
      guest.awaitClosed();
      stays.settle();
    }
  }

  private boolean isLetIn(SSLContext tls) throws IOException {
    try (WireClient client = WireClient.openTls(tls, null, node.tlsPort())) {
      return client.connect("").code() == 0;
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityDoesNotPassTheHandshake() throws Exception {
    Path other = node.directory().resolve("other");
    CertificateScript.run(other, "client", "device-7");
    SSLContext forged =
        AccessNode.context(
            new TlsIdentity(
                other.resolve("device-7.p12"),
                "changeit",
                node.directory().resolve("truststore.p12"),
                "changeit"));

    assertThrows(
        IOException.class,
        () -> WireClient.openTls(forged, null, node.tlsPort()).connect("").code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void theTlsPortSpeaksTheVersionsOfTodayAlone(String version) throws Exception {
    try (WireClient client = WireClient.openTls(node.tls(null), version, node.tlsPort())) {
      assertEquals(0, client.connect("device", AccessNode.KEY).code());
    }
  }

  @Test
  void withoutTlsTheTlsPortAnswersNothingOfUse() {
    assertThrows(IOException.class, () -> WireClient.open(node.tlsPort()));
  }

  @Test
  void aNewCertificateIsShownWithoutARestart() throws Exception {
    BigInteger before = shownSerial();

    node.certificates("server", "node1");

    Await.until("the new certificate", RELOADED, () -> !before.equals(shownSerial()));
  }

  private BigInteger shownSerial() throws Exception {
    try (WireClient client = node.secure(null)) {
      return client.brokerCertificate().getSerialNumber();
    }
  }
}
