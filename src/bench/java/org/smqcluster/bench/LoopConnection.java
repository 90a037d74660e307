package org.smqcluster.bench;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/** A connection without a socket: what the broker sends is copied into a buffer and forgotten. */
final class LoopConnection implements Connection {

  private static final ConnectionInfo INFO =
      new ConnectionInfo(
          Transport.RAW,
          InetAddress.getLoopbackAddress(),
          1,
          "/smq.lsp",
          Map.of(),
          Optional.empty(),
          List.of(),
          false);

  /** One for all: 10,000 connections with a buffer each would not fit. One thread at a time. */
  private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(1 << 17);

  private Session session;

  /** A connected client of the broker. */
  static LoopConnection connect(NodeBroker broker) {
    LoopConnection connection = new LoopConnection();
    broker.accept(connection, INFO, session -> connection.session = session);
    String uid = "client-" + ThreadLocalRandom.current().nextLong();
    connection.send(PacketEncoder.encode(Packet.Connect.version1(uid, new byte[0], "")));
    return connection;
  }

  void send(EncodedPacket packet) {
    session.received(packet);
  }

  int etid() {
    return session.etid();
  }

  Session session() {
    return session;
  }

  @Override
  public void wake() {
    Outbox outbox = session.outbox();
    EncodedPacket packet = outbox.poll();
    int packets = 0;
    long bytes = 0;
    while (packet != null) {
      BUFFER.clear();
      BUFFER.put(packet.raw());
      packets++;
      bytes += packet.rawLength();
      packet = outbox.poll();
    }
    outbox.written(packets, bytes);
  }

  @Override
  public void close(CloseReason reason) {
    session.connectionLost(reason, "");
  }

  @Override
  public void pauseReading() {
    // there is nothing to read
  }

  @Override
  public void resumeReading() {
    // there is nothing to read
  }
}
