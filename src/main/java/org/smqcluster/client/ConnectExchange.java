package org.smqcluster.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.smqcluster.client.ClientOptions.Identity;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/** Init, Connect and Connack: the first packets of a connection (SMQ section 3). */
record ConnectExchange(Identity identity) {

  /** The broker's yes. */
  record Accepted(int etid, String clientAddress) {}

  /**
   * Introduces the client.
   *
   * @throws SmqException if the broker refuses it
   * @throws IOException if the connection fails, or the broker does not keep to the protocol
   */
  Accepted perform(InputStream in, OutputStream out, Framing framing) throws IOException {
    if (!(next(in, out, framing) instanceof Packet.Init init)) {
      throw new IOException("the broker's first packet is not Init");
    }
    byte[] credentials = identity.credentials().answer(init.seed(), init.address());
    Packet connect =
        new Packet.Connect(
            identity.maxPacket() == 0 ? 1 : 2,
            identity.maxPacket(),
            identity.uid(),
            credentials,
            identity.info());
    out.write(framing.frame(PacketEncoder.encode(connect)));
    out.flush();
    Packet answer = next(in, out, framing);
    if (answer instanceof Packet.Connack connack) {
      if (connack.code() != ConnackCode.ACCEPTED) {
        throw new SmqException(connack.code(), connack.reason());
      }
      return new Accepted(connack.etid(), init.address());
    }
    throw new IOException("the broker answered Connect with " + answer.type());
  }

  private static Packet next(InputStream in, OutputStream out, Framing framing) throws IOException {
    try {
      return PacketDecoder.decode(
          framing.read(
              in,
              frame -> {
                out.write(frame);
                out.flush();
              }));
    } catch (MalformedPacketException e) {
      throw new IOException("the broker sent a " + e.getMessage(), e);
    }
  }
}
