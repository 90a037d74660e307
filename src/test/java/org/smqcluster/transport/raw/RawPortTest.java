package org.smqcluster.transport.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.SslProvider;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.config.SecurityKeys.TlsClientAuth;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.security.TlsKeys;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.testing.Await;

/** What the device port does beyond the rules of the protocol: flow, ending, TLS. */
@Tag("slow")
class RawPortTest {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** What the system holds for a connection that is not read. */
  private static final int FLOOD_BYTES = 1_000_000;

  private static final String REQUEST =
      "GET /smq.lsp HTTP/1.1\r\nX-Custom: one\r\nx-custom: two\r\nSimpleMQ: 1\r\n\r\n";

  @TempDir Path directory;

  private final AtomicReference<ConnectionInfo> lastConnection = new AtomicReference<>();
  private final NodeBroker broker = broker();
  private final long usedBefore = bytesInUse();
  private EventLoops loops = EventLoops.start(1);
  private RawPort port;
  private final List<Socket> sockets = new ArrayList<>();

  private NodeBroker broker() {
    StandaloneCluster cluster = new StandaloneCluster();
    BrokerHooks hooks =
        new BrokerHooks(
            request -> {
              lastConnection.set(request.connection());
              return CompletableFuture.completedStage(Authentication.ANONYMOUS);
            },
            TopicPolicy.PERMIT_ALL,
            List.of());
    NodeBroker made = new NodeBroker("smq", "node1", BrokerSettings.DEFAULT, cluster, hooks);
    cluster.listener(made.listener());
    return made;
  }

  private static RawPortSettings anyPort() {
    return RawPortSettings.of(new InetSocketAddress("127.0.0.1", 0), "http://127.0.0.1");
  }

  private void open() throws IOException {
    port = RawPort.open(anyPort(), loops, path -> broker);
  }

  /** Also looks whether all buffers are back, however the connections of a test have ended. */
  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    if (port != null) {
      port.close();
    }
    loops.close();
    Await.until("every buffer to be returned", PATIENCE, () -> bytesInUse() <= usedBefore);
  }

  private static long bytesInUse() {
    return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket(port.address().getAddress(), port.address().getPort());
    return start(socket);
  }

  private Socket start(Socket socket) throws IOException {
    sockets.add(socket);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void send(Socket socket, Packet packet) throws IOException {
    socket.getOutputStream().write(PacketEncoder.encode(packet).raw());
  }

  private static Packet read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int length = in.readUnsignedShort();
    byte[] raw = new byte[length];
    raw[0] = (byte) (length >>> 8);
    raw[1] = (byte) length;
    in.readFully(raw, 2, length - 2);
    try {
      return PacketDecoder.decode(EncodedPacket.ofRaw(raw));
    } catch (MalformedPacketException e) {
      throw new AssertionError(e);
    }
  }

  /** Connects; returns the ETID. */
  private static int connect(Socket socket, String uid) throws IOException {
    read(socket);
    send(socket, Packet.Connect.version1(uid, new byte[0], ""));
    return ((Packet.Connack) read(socket)).etid();
  }

  private Session session(int etid) {
    return (Session) broker.client(etid).orElseThrow();
  }

  /** What pauses and resumes reading of a client. */
  private Pausable pausable(int etid) {
    return (Pausable) broker.client(etid).orElseThrow();
  }

  @Test
  void withoutNativeCodeThePortServesAsWell() throws IOException {
    loops.close();
    loops = EventLoops.startNio(1);
    open();
    Socket socket = socket();
    int etid = connect(socket, "client-a");
    send(socket, Packet.Publish.of(etid, etid, 0, new byte[50_000]));
    assertEquals(50_000, ((Packet.Publish) read(socket)).payloadLength());
  }

  @Test
  void theBrokerLearnsWhereAConnectionComesFrom() throws IOException {
    open();
    Socket socket = socket();
    connect(socket, "client-a");
    ConnectionInfo info = lastConnection.get();
    assertEquals("127.0.0.1", info.addressText());
    assertEquals(socket.getLocalPort(), info.port());
    assertEquals("/smq.lsp", info.path());
    assertEquals(List.of("one", "two"), info.headers().get("x-custom"));
    assertEquals(List.of(), info.certificates());
    assertEquals(false, info.secure());
  }

  @Test
  void anAddressInUseIsSaidInOneSentence() throws IOException {
    open();
    RawPortSettings same = RawPortSettings.of(port.address(), "http://127.0.0.1");
    IOException e =
        assertThrows(IOException.class, () -> RawPort.open(same, loops, path -> broker));
    String told = "Cannot listen on 127.0.0.1:" + port.address().getPort() + ": ";
    assertTrue(e.getMessage().startsWith(told), e.getMessage());
    assertEquals(null, e.getCause(), "the deepest cause's message is a node's last words");
  }

  @Test
  void aPortForAllAddressesServesBothFamilies() throws IOException {
    RawPortSettings all = RawPortSettings.of(new InetSocketAddress(0), "http://127.0.0.1");
    try (RawPort open = RawPort.open(all, loops, path -> broker)) {
      for (String address : List.of("127.0.0.1", "::1")) {
        new Socket(address, open.address().getPort()).close();
      }
    }
  }

  @Test
  void aClosedPortAcceptsNoClientAndKeepsItsConnections() throws IOException {
    open();
    Socket socket = socket();
    connect(socket, "client-a");
    port.close();
    send(socket, new Packet.Ping());
    assertEquals(new Packet.Pong(), read(socket));
    assertThrows(IOException.class, this::socket);
  }

  @Test
  void aDrainingBrokerAnswers503ToHttpClientsAndConnack2ToOthers() throws IOException {
    open();
    broker.draining(true);
    try (Socket asking = new Socket(port.address().getAddress(), port.address().getPort())) {
      asking.setSoTimeout((int) PATIENCE.toMillis());
      asking
          .getOutputStream()
          .write(
              "GET /smq HTTP/1.1\r\nSimpleMQ: 1\r\nSendSmqHttpResponse: true\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(asking.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
    }
    Socket device = socket();
    read(device);
    send(device, Packet.Connect.version1("client-a", new byte[0], ""));
    assertEquals("draining", ((Packet.Connack) read(device)).reason());
  }

  @Test
  void theReasonArrivesThoughMuchUnreadWasSentBehindTheOffence() throws IOException {
    open();
    for (int i = 0; i < 20; i++) {
      Socket socket = socket();
      connect(socket, "client-" + i);
      byte[] flood = new byte[200_000];
      try {
        socket.getOutputStream().write(flood);
      } catch (IOException e) {
        // the broker may close before all of it is written
      }
      assertEquals("bad packet length", ((Packet.Disconnect) read(socket)).reason());
      assertEquals(-1, socket.getInputStream().read());
      socket.close();
    }
  }

  /** What waits of the flood is a second's work at most, so the test counts bytes and no time. */
  @Test
  void aClientThatFloodsTheNodeHoldsUpNoNewOne() throws Exception {
    open();
    Socket flooder = socket();
    int etid = connect(flooder, "flooder");
    Client client = broker.client(etid).orElseThrow();
    CountDownLatch go = new CountDownLatch(1);
    loops.group().execute(() -> await(go));
    byte[] packet = PacketEncoder.encode(new Packet.Unobserve(99)).raw();
    ByteBuffer flood = ByteBuffer.allocate(FLOOD_BYTES / packet.length * packet.length);
    while (flood.hasRemaining()) {
      flood.put(packet);
    }
    flooder.getOutputStream().write(flood.array());
    List<Socket> others = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      others.add(socket());
    }
    long before = client.packetsIn();
    go.countDown();
    for (Socket other : others) {
      read(other);
    }
    long read = (client.packetsIn() - before) * packet.length;
    assertTrue(read < FLOOD_BYTES / 2, read + " bytes of the flood were read before");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPausedClientIsNotReadAndLosesNothing() throws Exception {
    open();
    Socket socket = socket();
    int etid = connect(socket, "client-a");
    Pausable session = pausable(etid);
    session.pause();
    int packets = 20_000;
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              try {
                byte[] ping = PacketEncoder.encode(new Packet.Ping()).raw();
                byte[] many = new byte[ping.length * packets];
                for (int i = 0; i < packets; i++) {
                  System.arraycopy(ping, 0, many, i * ping.length, ping.length);
                }
                OutputStream out = socket.getOutputStream();
                out.write(many);
                out.write(PacketEncoder.encode(new Packet.Observe(99)).raw());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Client client = broker.client(etid).orElseThrow();
    long before = client.packetsIn();
    session.resume();
    session.pause();
    session.resume();
    for (int i = 0; i < packets; i++) {
      assertEquals(new Packet.Pong(), read(socket));
    }
    assertEquals(new Packet.Change(99, 0), read(socket));
    sent.get(10, TimeUnit.SECONDS);
    assertEquals(packets + 1, client.packetsIn() - before);
  }

  @Test
  void whatAPausedClientSaidBeforeItWentStillCounts() throws Exception {
    open();
    Socket receiver = socket();
    int to = connect(receiver, "receiver");
    Socket socket = socket();
    int etid = connect(socket, "client-a");
    Pausable session = pausable(etid);
    session.pause();
    send(socket, Packet.Publish.of(to, etid, 0, "last words".getBytes(StandardCharsets.UTF_8)));
    socket.close();
    // perhaps it has gone by now
    session.resume();
    Packet.Publish message = (Packet.Publish) read(receiver);
    assertArrayEquals("last words".getBytes(StandardCharsets.UTF_8), message.payload());
    Await.until("the client to go", PATIENCE, () -> broker.client(etid).isEmpty());
  }

  /** The session of a client that has not read what was sent to it, with more waiting for it. */
  private Session sessionWithAFullConnection(int etid) {
    Session session = session(etid);
    EncodedPacket large = Packet.Publish.of(etid, 1, 0, new byte[60_000]).encoded();
    Await.until(
        "the connection to be full",
        PATIENCE,
        () -> {
          session.outbox().offer(large);
          return session.outbox().bytes() > 400_000;
        });
    return session;
  }

  @Test
  void aConnectionIsNotOverBeforeItsClientHasWhatWaitedForIt() throws Exception {
    open();
    Socket socket = socket();
    int etid = connect(socket, "client-a");
    sessionWithAFullConnection(etid);
    broker.client(etid).orElseThrow().disconnect(CloseReason.DRAINING);
    assertEquals(0, broker.connections());
    assertEquals(1, broker.flushing());
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    socket.close();
    Await.until("the connection to be over", PATIENCE, () -> broker.flushing() == 0);
  }

  @Test
  void aClientThatDoesNotReadIsClosedWithinASecondOrSo() throws Exception {
    open();
    Socket socket = socket();
    int etid = connect(socket, "client-a");
    Session session = sessionWithAFullConnection(etid);
    long start = System.nanoTime();
    session.disconnect(CloseReason.ADMINISTRATIVE, "enough");
    assertTrue(broker.client(etid).isEmpty());
    Await.until(
        "the connection to be reset or closed",
        PATIENCE,
        () -> {
          try {
            send(socket, new Packet.Ping());
            return false;
          } catch (IOException e) {
            return true;
          }
        });
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void everythingThatWaitsIsSentBeforeTheEnd() throws Exception {
    open();
    Socket socket = socket();
    int etid = connect(socket, "client-a");
    Session session = session(etid);
    for (int i = 0; i < 200; i++) {
      session.outbox().offer(Packet.Publish.of(etid, 1, i, new byte[1000]).encoded());
    }
    session.disconnect(CloseReason.ADMINISTRATIVE, "bye");
    for (int i = 0; i < 200; i++) {
      assertEquals(i, ((Packet.Publish) read(socket)).subtid());
    }
    assertEquals("bye", ((Packet.Disconnect) read(socket)).reason());
    assertEquals(-1, socket.getInputStream().read());
  }

  // ---- TLS

  private KeyStore selfSigned(String name) throws Exception {
    return TestCertificates.selfSigned(directory, "CN=" + name, "dns:" + name);
  }

  private static TlsKeys identity(KeyStore own, KeyStore trusted) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, TestCertificates.PASSWORD);
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("other", trusted.getCertificate("own"));
    TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
    trusts.init(trust);
    return new TlsKeys(
        (X509KeyManager) keys.getKeyManagers()[0], (X509TrustManager) trusts.getTrustManagers()[0]);
  }

  private static SSLContext context(KeyStore own, KeyStore trusted) throws Exception {
    TlsKeys identity = identity(own, trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {identity.own()}, new TrustManager[] {identity.clients()}, null);
    return context;
  }

  private SSLSocket tlsSocket(SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(port.address().getAddress(), port.address().getPort());
    start(socket);
    return socket;
  }

  @Test
  void tlsIsNativeWhereEpollIs() {
    assertEquals(Epoll.isAvailable(), RawPortTls.isNative());
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void overTlsAClientsCertificateReachesTheBrokerAndTheNodesMayChange(SslProvider provider)
      throws Exception {
    KeyStore node = selfSigned("node");
    KeyStore renewed = selfSigned("renewed");
    KeyStore device = selfSigned("device");
    AtomicReference<TlsKeys> current = new AtomicReference<>(identity(node, device));
    openTls(new RawPortTls(current::get, TlsClientAuth.NEED, provider), peer -> true);
    SSLSocket first = tlsSocket(context(device, node));
    int etid = connect(first, "client-a");
    assertEquals("TLSv1.3", first.getSession().getProtocol());
    ConnectionInfo info = lastConnection.get();
    assertTrue(info.secure());
    assertEquals(
        device.getCertificate("own"), info.certificates().get(0), "the client's certificate");
    current.set(identity(renewed, device));
    SSLSocket second = tlsSocket(context(device, renewed));
    int to = connect(second, "client-b");
    byte[] payload = new byte[60_000];
    for (int i = 0; i < 50; i++) {
      send(first, Packet.Publish.of(to, etid, i, payload));
      assertEquals(i, ((Packet.Publish) read(second)).subtid());
    }
    send(first, new Packet.Disconnect(""));
    assertEquals(-1, first.getInputStream().read());
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aClientWithoutTheNeededCertificateOrWithoutTlsIsNotServed(SslProvider provider)
      throws Exception {
    KeyStore node = selfSigned("node");
    KeyStore stranger = selfSigned("stranger");
    TlsKeys tls = identity(node, selfSigned("device"));
    openTls(new RawPortTls(() -> tls, TlsClientAuth.NEED, provider), peer -> true);
    assertThrows(IOException.class, () -> connect(tlsSocket(context(stranger, node)), "uid-1234"));
    assertThrows(IOException.class, () -> connect(socket(), "uid-1234"));
    assertEquals(0, broker.connections());
  }

  private void openTls(RawPortTls tls, Predicate<InetAddress> admit) throws IOException {
    port = RawPort.open(anyPort(), loops, path -> broker, tls, TrustedProxies.NONE, admit);
  }

  @Test
  void anAddressThatBeginsTooManyTlsHandshakesIsClosedBeforeThem() throws Exception {
    KeyStore node = selfSigned("node");
    TlsKeys tls = identity(node, selfSigned("device"));
    openTls(
        new RawPortTls(() -> tls, TlsClientAuth.NONE),
        new HandshakeRate(new BrokerSettings.Rates(1, 0, true), TrustedProxies.NONE));
    long before = RefusedStarts.count();
    long start = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      sockets.add(new Socket(port.address().getAddress(), port.address().getPort()));
    }
    try (Socket oneMore = new Socket(port.address().getAddress(), port.address().getPort())) {
      oneMore.setSoTimeout((int) PATIENCE.toMillis());
      assertEquals(-1, oneMore.getInputStream().read());
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis < 3000, "not by the time of a handshake, after " + millis + " ms");
    assertEquals(1, RefusedStarts.count() - before);
  }

  @Test
  void anAddressWithTooManyConnectionsThatAreNoClientsIsClosedAtOnceUntilSomeAreClients()
      throws Exception {
    RawPortSettings settings =
        new RawPortSettings(
            new InetSocketAddress("127.0.0.1", 0),
            RawPortSettings.DEFAULT_BACKLOG,
            PATIENCE,
            "http://127.0.0.1",
            3,
            new BrokerSettings.Rates(0, 0, true));
    port = RawPort.open(settings, loops, path -> broker);
    long before = RefusedStarts.count();
    Socket first = silent("127.0.0.1");
    Socket second = silent("127.0.0.1");
    silent("127.0.0.1");
    assertEquals(-1, silent("127.0.0.1").getInputStream().read());
    assertEquals(1, RefusedStarts.count() - before);
    connect(start(silent("127.0.0.2")), "elsewhere");
    connect(start(first), "client-a");
    connect(socket(), "client-b");
    silent("127.0.0.1");
    assertEquals(-1, silent("127.0.0.1").getInputStream().read());
    second.close();
    Await.until("the end of one to make room", PATIENCE, this::isServed);
  }

  /** A connection that sends nothing yet. */
  private Socket silent(String from) throws IOException {
    InetSocketAddress to = port.address();
    Socket socket = new Socket(to.getAddress(), to.getPort(), InetAddress.getByName(from), 0);
    sockets.add(socket);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private boolean isServed() {
    try {
      read(socket());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatStartsNeitherTlsNorSmqIsCounted() throws Exception {
    open();
    long before = RefusedStarts.count();
    for (String request :
        List.of(
            "no HTTP\r\n\r\n", "GET /" + "x".repeat(9000), "GET / HTTP/1.1\r\nno colon\r\n\r\n")) {
      try (Socket socket = new Socket(port.address().getAddress(), port.address().getPort())) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readAllBytes();
      }
    }
    assertEquals(3, RefusedStarts.count() - before);
    port.close();
    TlsKeys tls = identity(selfSigned("node"), selfSigned("device"));
    openTls(new RawPortTls(() -> tls, TlsClientAuth.NONE), peer -> true);
    assertThrows(IOException.class, () -> read(socket()));
    Await.until("plain text to be counted", PATIENCE, () -> RefusedStarts.count() - before == 4);
  }
}
