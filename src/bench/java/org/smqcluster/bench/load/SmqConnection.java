package org.smqcluster.bench.load;

import java.io.IOException;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.protocol.PacketType;

/** What both transports of SMQ have in common: everything but how packets lie on the wire. */
abstract class SmqConnection extends LoadConnection {

  /** Type, topic, publisher and sub-topic: a message's bytes before its payload. */
  static final int MESSAGE_HEADER = 13;

  static final byte PUBLISH = (byte) PacketType.PUBLISH.code();

  private int etid;

  SmqConnection(Link link) {
    super(link);
  }

  /** Sends Connect when the transport is open. */
  void connect(String uid) throws IOException {
    receive(Packet.Init.class);
    send(Packet.Connect.version1(uid, new byte[0], "bench"));
    Packet.Connack answer = receive(Packet.Connack.class);
    if (answer.code() != ConnackCode.ACCEPTED) {
      throw new IOException("refused: " + answer);
    }
    etid = answer.etid();
  }

  int etid() {
    return etid;
  }

  @Override
  int subscribe(int topic) throws IOException {
    send(new Packet.Subscribe("/bench/" + topic));
    return receive(Packet.Suback.class).tid();
  }

  @Override
  int address(int topic) {
    return etid;
  }

  private void send(Packet packet) throws IOException {
    link().write(frame(PacketEncoder.encode(packet)));
  }

  private <P extends Packet> P receive(Class<P> type) throws IOException {
    try {
      Packet packet = PacketDecoder.decode(readPacket());
      if (!type.isInstance(packet)) {
        throw new IOException(packet + " instead of " + type.getSimpleName());
      }
      return type.cast(packet);
    } catch (MalformedPacketException e) {
      throw new IOException(e);
    }
  }

  /** As it goes to the broker. */
  abstract byte[] frame(EncodedPacket packet);

  /** Waits for the next packet. */
  abstract EncodedPacket readPacket() throws IOException, MalformedPacketException;
}
