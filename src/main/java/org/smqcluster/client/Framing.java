package org.smqcluster.client;

import java.io.IOException;
import java.io.InputStream;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/** How packets lie on a byte stream (SMQ section 1). */
interface Framing {

  /** Takes frames with which the transport itself answers the broker. */
  @FunctionalInterface
  interface Reply {
    void send(byte[] frame) throws IOException;
  }

  /** The bytes that carry this packet to the broker. Any thread; the result may be shared. */
  byte[] frame(EncodedPacket packet);

  /**
   * Reads the next packet, waiting for all of it. One thread at a time.
   *
   * @throws IOException if the stream ends, fails or breaks the transport's rules
   */
  EncodedPacket read(InputStream in, Reply reply) throws IOException, MalformedPacketException;
}
