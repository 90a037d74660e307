package org.smqcluster.transport.raw;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * Cuts the stream of a raw connection into packets. Each packet is copied once, into the array that
 * its receivers share. Between packets nothing is held; of a packet that has come in part, memory
 * follows what has come, not what its length promises. One thread.
 */
final class RawFrameDecoder {

  /** The largest array that is made on the strength of a length alone. */
  private static final int TRUSTED = 2048;

  /** Bytes that may be reserved for each byte received. */
  private static final int TRUST_FACTOR = 8;

  /** What has come of a packet that is not complete, or null. */
  private byte[] partial;

  private int partialSize;

  /**
   * Takes the next packet from the input.
   *
   * @return null if there is none yet: then all input has been taken
   * @throws MalformedPacketException if a length is below 3; the stream cannot be read further
   */
  EncodedPacket next(ByteBuf in) throws MalformedPacketException {
    if (partial != null) {
      return resume(in);
    }
    int readable = in.readableBytes();
    if (readable < ProtocolLimits.RAW_LENGTH) {
      if (readable > 0) {
        partial = new byte[ProtocolLimits.RAW_LENGTH];
        take(in, readable);
      }
      return null;
    }
    int length = checked(in.getUnsignedShort(in.readerIndex()));
    if (readable >= length) {
      byte[] raw = new byte[length];
      in.readBytes(raw);
      return EncodedPacket.ofRaw(raw);
    }
    partial = new byte[capacity(length, readable)];
    take(in, readable);
    return null;
  }

  /** Bytes kept of a packet that has come in part, beyond what every connection may keep. */
  int partialBytes() {
    return partial == null || partial.length <= TRUSTED ? 0 : partial.length;
  }

  private EncodedPacket resume(ByteBuf in) throws MalformedPacketException {
    if (partialSize < ProtocolLimits.RAW_LENGTH) {
      take(in, Math.min(in.readableBytes(), ProtocolLimits.RAW_LENGTH - partialSize));
      if (partialSize < ProtocolLimits.RAW_LENGTH) {
        return null;
      }
    }
    int length = checked((partial[0] & 0xFF) << 8 | partial[1] & 0xFF);
    int more = Math.min(in.readableBytes(), length - partialSize);
    if (partialSize + more > partial.length) {
      partial = Arrays.copyOf(partial, capacity(length, partialSize + more));
    }
    take(in, more);
    if (partialSize < length) {
      return null;
    }
    byte[] raw = partial.length == length ? partial : Arrays.copyOf(partial, length);
    partial = null;
    partialSize = 0;
    return EncodedPacket.ofRaw(raw);
  }

  private void take(ByteBuf in, int bytes) {
    in.readBytes(partial, partialSize, bytes);
    partialSize += bytes;
  }

  private static int capacity(int length, int received) {
    return Math.min(length, Math.max(TRUSTED, received * TRUST_FACTOR));
  }

  private static int checked(int length) throws MalformedPacketException {
    if (length < ProtocolLimits.MIN_RAW_PACKET) {
      throw new MalformedPacketException(MalformedPacketException.Reason.BAD_LENGTH);
    }
    return length;
  }
}
