package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.CertificateScript;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * One node that accepts the users that are logged in on its web site, with HTTPS and without device
 * port.
 */
final class HttpsNode implements AutoCloseable {

  /** The proxy that the node trusts. */
  private static final String PROXY = "127.0.0.9";

  private static final int PATIENCE_MILLIS = 60_000;

  private final Path directory;
  private final int port;
  private final int oidcPort;
  private final NodeProcess process;

  private HttpsNode(Path directory, int port, int oidcPort, NodeProcess process) {
    this.oidcPort = oidcPort;
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /** Starts it with a certificate of its own. */
  static HttpsNode start() {
    try {
      Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "https-");
      certificate(directory.resolve("first"));
      Path store = directory.resolve("https.p12");
      Files.copy(directory.resolve("first/https.p12"), store);
      int port = FreePorts.next();
      int oidcPort = FreePorts.next();
      NodeProcess process =
          NodeProcess.builder("http")
              .https(port, store, "https")
              .properties(AdminApi.USERS)
              .property("smq.auth", "http")
              .property("smq.device.enabled", "false")
              .property("smq.proxy.trusted", PROXY)
              .property("smq.admin.oidc.issuer", "http://127.0.0.1:" + oidcPort)
              .property("smq.admin.oidc.client.id", "smq")
              .property("smq.admin.oidc.client.secret", "a secret/of + this:client")
              .property("smq.admin.monitoring", "loopback")
              .start();
      return new HttpsNode(directory, port, oidcPort, process.awaitReady());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void certificate(Path where) {
    CertificateScript.run(where, "server", "https");
  }

  /** Where administrators' login server may be. */
  int oidcPort() {
    return oidcPort;
  }

  NodeProcess process() {
    return process;
  }

  /** Makes a certificate of another authority, which takes a while. */
  void makeCertificate() throws IOException {
    certificate(directory.resolve("second"));
  }

  /** Puts it into the file that the certificate of the node is in. */
  void replaceCertificate() throws IOException {
    Files.move(
        directory.resolve("second/https.p12"),
        directory.resolve("https.p12"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes that file unusable. */
  void breakCertificate() throws IOException {
    Files.writeString(directory.resolve("https.p12"), "no key store");
  }

  /** Where its HTTPS is. */
  URI https() {
    return URI.create("https://127.0.0.1:" + port);
  }

  /** A plain connection to the HTTP port. */
  Socket plain() throws IOException {
    Socket socket = new Socket("127.0.0.1", process.httpPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** A plain connection to the HTTP port that comes from the proxy that the node trusts. */
  Socket proxied() throws IOException {
    Socket socket = new Socket("127.0.0.1", process.httpPort(), InetAddress.getByName(PROXY), 0);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** A connection to the HTTPS port, after the handshake. */
  SSLSocket secure() throws IOException, GeneralSecurityException {
    SSLSocket socket = (SSLSocket) trust().getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    return socket;
  }

  /** Trusts the node's certificate, also after it was replaced. */
  SSLContext trust() throws IOException, GeneralSecurityException {
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

  /** Connects by WebSocket with these headers, names and values in turn; returns the code. */
  int connect(String... headers) throws Exception {
    return connect(HttpClient.newHttpClient(), process.webSocket(), headers);
  }

  /** As {@link #connect(String...)}, by WebSocket over TLS. */
  int connectSecurely(String... headers) throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(trust()).build();
    return connect(http, URI.create("wss://127.0.0.1:" + port + "/smq.lsp"), headers);
  }

  private static int connect(HttpClient http, URI address, String... headers) throws Exception {
    BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    WebSocket socket = builder.buildAsync(address, new Receiver(packets)).join();
    try {
      assertInstanceOf(Packet.Init.class, packets.poll(20, TimeUnit.SECONDS));
      Packet hello = Packet.Connect.version1("page-of-a-user", new byte[0], "test");
      socket.sendBinary(PacketEncoder.encode(hello).message(), true).join();
      return assertInstanceOf(Packet.Connack.class, packets.poll(20, TimeUnit.SECONDS))
          .code()
          .ordinal();
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

  @Override
  public void close() {
    process.close();
  }
}
