package org.smqcluster.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.MalformedPacketException.Reason;
import org.smqcluster.protocol.ProtocolLimits;

/** The raw transport: each packet behind its length. */
final class RawFraming implements Framing {

  /** "HT", the start of an HTTP answer, read as a length. */
  private static final int HTTP_AS_LENGTH = 'H' << 8 | 'T';

  private boolean first = true;

  private RawFraming() {}

  /**
   * Starts the transport by its HTTP request.
   *
   * @param withAnswer ask for an HTTP answer in front of the first packet; it tells why, where the
   *     broker refuses
   */
  static RawFraming open(
      InputStream in,
      OutputStream out,
      BrokerUri uri,
      Map<String, String> headers,
      boolean withAnswer)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("SimpleMQ", "1");
    if (withAnswer) {
      all.put("SendSmqHttpResponse", "true");
    }
    out.write(HttpMessageHead.get(uri, all));
    out.flush();
    if (withAnswer) {
      HttpMessageHead.read(in).require(200);
    }
    return new RawFraming();
  }

  @Override
  public byte[] frame(EncodedPacket packet) {
    return packet.raw();
  }

  @Override
  public EncodedPacket read(InputStream in, Reply reply)
      throws IOException, MalformedPacketException {
    int high = in.read();
    int low = in.read();
    if ((high | low) < 0) {
      throw new EOFException("closed by the broker");
    }
    int length = high << 8 | low;
    if (first && length == HTTP_AS_LENGTH) {
      throw new IOException("the broker's address answered HTTP, not SMQ");
    }
    first = false;
    if (length < ProtocolLimits.MIN_RAW_PACKET) {
      throw new MalformedPacketException(Reason.BAD_LENGTH);
    }
    byte[] raw = new byte[length];
    raw[0] = (byte) high;
    raw[1] = (byte) low;
    int rest = length - ProtocolLimits.RAW_LENGTH;
    if (in.readNBytes(raw, ProtocolLimits.RAW_LENGTH, rest) < rest) {
      throw new EOFException("closed by the broker within a packet");
    }
    return EncodedPacket.ofRaw(raw);
  }
}
