package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/** A client in a test: puts packets into its session and takes what its outbox holds. */
final class TestClient {

  final RecordingConnection connection = new RecordingConnection();
  final SessionLifecycle session;
  private final List<Packet> inbox = new ArrayList<>();

  TestClient(NodeBroker broker, Transport transport) {
    this(broker, info(transport, InetAddress.getLoopbackAddress()));
  }

  TestClient(NodeBroker broker, InetAddress address) {
    this(broker, info(Transport.RAW, address));
  }

  private TestClient(NodeBroker broker, ConnectionInfo info) {
    session = (SessionLifecycle) broker.accept(connection, info, opened -> {});
  }

  private static ConnectionInfo info(Transport transport, InetAddress address) {
    return new ConnectionInfo(
        transport, address, 40_000, "/smq.lsp", Map.of(), Optional.empty(), List.of(), false);
  }

  TestClient connect(String uid) {
    next(Packet.Init.class);
    send(Packet.Connect.version1(uid, new byte[0], "test"));
    return this;
  }

  TestClient connected(String uid) {
    connect(uid);
    assertEquals(session.etid(), next(Packet.Connack.class).etid());
    return this;
  }

  int etid() {
    return session.etid();
  }

  void send(Packet packet) {
    session.received(PacketEncoder.encode(packet));
  }

  /** Sends type and body as they are. */
  void sendBytes(int... bytes) {
    byte[] message = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      message[i] = (byte) bytes[i];
    }
    try {
      session.received(EncodedPacket.ofMessage(ByteBuffer.wrap(message)));
    } catch (MalformedPacketException e) {
      throw new AssertionError(e);
    }
  }

  int subscribe(String topic) {
    send(new Packet.Subscribe(topic));
    return next(Packet.Suback.class).tid();
  }

  int create(String topic) {
    send(new Packet.Create(topic));
    return next(Packet.Createack.class).tid();
  }

  void publish(int tid, String payload) {
    publish(tid, payload.getBytes(StandardCharsets.UTF_8));
  }

  void publish(int tid, byte[] payload) {
    send(Packet.Publish.of(tid, etid(), 0, payload));
  }

  void observe(int id) {
    send(new Packet.Observe(id));
  }

  /** The next packet, of this type. */
  <T extends Packet> T next(Class<T> type) {
    Packet packet = poll();
    assertNotNull(packet, "no packet waits");
    return assertInstanceOf(type, packet);
  }

  /** The payload of the next packet, a message. */
  String nextMessage() {
    return new String(next(Packet.Publish.class).payload(), StandardCharsets.UTF_8);
  }

  /** The next packet, a Change. */
  void expectChange(int id, int subscribers) {
    assertEquals(new Packet.Change(id, subscribers), next(Packet.Change.class));
  }

  void expectNothing() {
    assertEquals(List.of(), all());
  }

  /** The next packet is Disconnect with this reason, and the connection was closed so. */
  void expectClosed(CloseReason reason, String text) {
    assertEquals(text, next(Packet.Disconnect.class).reason());
    assertEquals(reason, connection.closed());
  }

  void expectRefused(org.smqcluster.protocol.ConnackCode code) {
    Packet.Connack connack = next(Packet.Connack.class);
    assertEquals(code, connack.code());
    assertEquals(0, connack.etid());
    assertNotNull(connection.closed());
  }

  /** Everything that has come, decoded. */
  List<Packet> all() {
    List<Packet> packets = new ArrayList<>();
    for (Packet packet = poll(); packet != null; packet = poll()) {
      packets.add(packet);
    }
    return packets;
  }

  /** Whether a packet waits. */
  boolean has() {
    if (inbox.isEmpty()) {
      read();
    }
    return !inbox.isEmpty();
  }

  /** What it has read before and not looked at. */
  List<Packet> readBefore() {
    List<Packet> packets = new ArrayList<>(inbox);
    inbox.clear();
    return packets;
  }

  private Packet poll() {
    if (inbox.isEmpty()) {
      read();
    }
    return inbox.isEmpty() ? null : inbox.remove(0);
  }

  /** Does a writer's work: takes what waits, and says so. */
  private void read() {
    Outbox outbox = session.outbox();
    for (EncodedPacket packet = outbox.poll(); packet != null; packet = outbox.poll()) {
      outbox.written(1, packet.rawLength());
      try {
        inbox.add(PacketDecoder.decode(packet));
      } catch (MalformedPacketException e) {
        throw new AssertionError("the broker sent a malformed packet", e);
      }
    }
  }
}
