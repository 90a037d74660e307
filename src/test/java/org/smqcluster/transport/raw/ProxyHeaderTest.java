package org.smqcluster.transport.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.config.Settings;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.testing.Await;

/** The PROXY protocol at the device port. 127.0.0.9 is a trusted proxy. */
class ProxyHeaderTest {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String PROXY = "127.0.0.9";
  private static final String REQUEST = "GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n";

  /** PROXY, version 2: signature, command, family, length. */
  private static final String V2 = "0d0a0d0a000d0a515549540a";

  private final BlockingQueue<ConnectionInfo> connections = new ArrayBlockingQueue<>(16);
  private final TrustedProxies proxies = proxies();
  private final EventLoops loops = EventLoops.start(1);
  private RawPort port;

  private static TrustedProxies proxies() {
    Map<String, String> values = Map.of("smq.proxy.trusted", PROXY, "smq.proxy.protocol", "true");
    return new TrustedProxies(
        Settings.read(values.keySet(), key -> Optional.ofNullable(values.get(key))));
  }

  @BeforeEach
  void open() throws IOException {
    StandaloneCluster cluster = new StandaloneCluster();
    BrokerHooks hooks =
        new BrokerHooks(
            request -> {
              connections.add(request.connection());
              return CompletableFuture.completedStage(Authentication.ANONYMOUS);
            },
            TopicPolicy.PERMIT_ALL,
            List.of());
    NodeBroker broker = new NodeBroker("smq", "node1", BrokerSettings.DEFAULT, cluster, hooks);
    cluster.listener(broker.listener());
    RawPortSettings settings =
        new RawPortSettings(
            new InetSocketAddress("127.0.0.1", 0),
            16,
            Duration.ofSeconds(1),
            "http://127.0.0.1",
            Integer.MAX_VALUE,
            BrokerSettings.Rates.UNLIMITED);
    port = RawPort.open(settings, loops, path -> broker, null, proxies, peer -> true);
  }

  @AfterEach
  void close() {
    port.close();
    loops.close();
  }

  private Socket from(String address) throws IOException {
    Socket socket =
        new Socket(
            port.address().getAddress(),
            port.address().getPort(),
            InetAddress.getByName(address),
            0);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static byte[] bytes(String text) {
    return text.startsWith(V2)
        ? HexFormat.of().parseHex(text)
        : text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends header, request and Connect; returns what the broker learns of the client. */
  private ConnectionInfo connect(Socket socket, String header) throws Exception {
    OutputStream out = socket.getOutputStream();
    for (byte each : bytes(header)) {
      out.write(each);
    }
    out.write(bytes(REQUEST));
    out.write(PacketEncoder.encode(Packet.Connect.version1("device-1", new byte[0], "")).raw());
    ConnectionInfo info = connections.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertTrue(info != null, "no Connect arrived");
    return info;
  }

  private static void assertClosed(Socket socket) throws IOException {
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketException reset) {
      // closed with bytes unread
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'PROXY TCP4 192.0.2.7 127.0.0.1 4711 8085\r\n',              192.0.2.7, 4711",
    "'PROXY TCP6 2001:db8::7 2001:db8::1 4711 8085\r\n',          2001:db8::7, 4711",
    "0d0a0d0a000d0a515549540a2111000cc00002077f00000112671f95,    192.0.2.7, 4711",
    // with an extension
    "0d0a0d0a000d0a515549540a21110010c00002077f00000112671f9504000100, 192.0.2.7, 4711",
  })
  void theAddressOfTheHeaderIsTheClients(String header, String address, int clientPort)
      throws Exception {
    try (Socket socket = from(PROXY)) {
      ConnectionInfo info = connect(socket, header);
      assertEquals(address, info.addressText());
      assertEquals(clientPort, info.port());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROXY UNKNOWN\r\n", V2 + "20000000"})
  void aConnectionOfTheProxysOwnIsFromTheProxy(String header) throws Exception {
    try (Socket socket = from(PROXY)) {
      // version 1 cannot say whether it is one: then there is no client
      if (header.startsWith(V2)) {
        assertEquals(PROXY, connect(socket, header).addressText());
      } else {
        socket.getOutputStream().write(bytes(header));
        assertClosed(socket);
        assertEquals(1, proxies.refused());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        REQUEST,
        "PROXY TCP4 localhost 127.0.0.1 4711 8085\r\n",
        "PROXY TCP4 192.0.2.7\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 4711 8085 and more, without an end .....................",
        V2 + "2111ffff",
        V2 + "3111000cc00002077f00000112671f95",
        V2 + "2131000000",
      })
  void aHeaderThatIsNoneIsRefusedAndCounted(String header) throws Exception {
    try (Socket socket = from(PROXY)) {
      socket
          .getOutputStream()
          .write(bytes(header + (header.startsWith(V2) ? "00".repeat(2000) : " ".repeat(90))));
      assertClosed(socket);
    }
    Await.until("it to be counted", PATIENCE, () -> proxies.refused() == 1);
  }

  @Test
  void partOfAHeaderEndsWithItsTime() throws Exception {
    try (Socket socket = from(PROXY)) {
      socket.getOutputStream().write(bytes("PROXY TCP4 192.0"));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    }
  }

  @Test
  void aHeaderOfAnyOtherPeerIsNoHttpRequest() throws Exception {
    try (Socket socket = from("127.0.0.1")) {
      socket.getOutputStream().write(bytes("PROXY TCP4 192.0.2.7 127.0.0.1 4711 8085\r\n\r\n"));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertFalse(answer.contains("192.0.2.7"));
    }
    try (Socket socket = from("127.0.0.1")) {
      assertEquals("127.0.0.1", connect(socket, "").addressText());
    }
  }
}
