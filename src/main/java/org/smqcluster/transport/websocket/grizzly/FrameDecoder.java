package org.smqcluster.transport.websocket.grizzly;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.transport.websocket.FrameListener;

/**
 * Turns the bytes of one WebSocket connection into messages (RFC 6455 section 5, the server's
 * side), whatever pieces they arrive in. Text is taken as binary, fragments are put together. A
 * message that arrives whole costs one array, its packet in raw form; between messages nothing is
 * held but this object. One thread at a time.
 */
final class FrameDecoder {

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final int FIN = 0x80;
  private static final int RSV = 0x70;
  private static final int MASKED = 0x80;
  private static final int MAX_CONTROL = 125;
  private static final int CLOSE_CODE_LENGTH = 2;
  private static final int MASK_LENGTH = 4;
  private static final int MAX_HEADER = 14;

  /** First size of the array of a message that arrives in pieces. */
  private static final int FIRST_PIECE = 512;

  /** What every connection may keep of a message that has come in part, in bytes. */
  private static final int FREE = 2048;

  private static final byte[] NOTHING = {};
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final FrameListener listener;
  private final BooleanSupplier paused;
  private final byte[] header = new byte[MAX_HEADER];
  private int headerSize;

  // the frame whose payload is being read
  private boolean inPayload;
  private int opcode;
  private boolean fin;
  private int mask;
  private int frameLength;
  private int frameRead;

  // the message that it belongs to, in raw form: two bytes for the length, then what has arrived
  private byte[] message = NOTHING;
  private int messageSize;
  private boolean inMessage;

  private byte[] control = NOTHING;
  private boolean finished;

  /**
   * @param paused asked before each frame: whether the listener is to get no more
   */
  FrameDecoder(FrameListener listener, BooleanSupplier paused) {
    this.listener = listener;
    this.paused = paused;
  }

  /**
   * Looks at bytes until they are used up, the listener pauses, or the connection is finished. What
   * it has taken it does not need again.
   *
   * @return the index of the first byte not taken
   */
  int decode(byte[] in, int from, int to) {
    int at = from;
    while (!finished && (at < to || inPayload && frameRead == frameLength)) {
      if (inPayload) {
        at += takePayload(in, at, to);
      } else if (paused.getAsBoolean()) {
        return at;
      } else {
        at += takeHeader(in, at, to);
      }
    }
    listener.partial(partialBytes());
    return finished ? to : at;
  }

  /** Bytes kept of a message that has come in part, beyond what every connection may keep. */
  int partialBytes() {
    return message.length <= FREE ? 0 : message.length;
  }

  private int takeHeader(byte[] in, int from, int to) {
    int taken = 0;
    int missing = headerLength() - headerSize;
    while (missing > 0 && from + taken < to) {
      int n = Math.min(missing, to - from - taken);
      System.arraycopy(in, from + taken, header, headerSize, n);
      headerSize += n;
      taken += n;
      missing = headerLength() - headerSize;
    }
    if (missing == 0) {
      startFrame();
      headerSize = 0;
    }
    return taken;
  }

  /** Bytes of the frame header, as far as is known yet; an unmasked one ends before its mask. */
  private int headerLength() {
    if (headerSize < 2 || (header[1] & MASKED) == 0) {
      return 2;
    }
    return switch (header[1] & 0x7F) {
      case 126 -> 2 + 2 + MASK_LENGTH;
      case 127 -> 2 + 8 + MASK_LENGTH;
      default -> 2 + MASK_LENGTH;
    };
  }

  private void startFrame() {
    int first = header[0] & 0xFF;
    opcode = first & 0x0F;
    fin = (first & FIN) != 0;
    // of an unmasked frame this is nonsense, which brokenRule does not look at
    long length = header[1] & 0x7F;
    int maskAt = 2;
    if (length == 126) {
      length = (header[2] & 0xFF) << 8 | header[3] & 0xFF;
      maskAt = 4;
    } else if (length == 127) {
      length = (long) LONGS.get(header, 2);
      maskAt = 10;
    }
    String broken = brokenRule(first, length);
    if (broken != null) {
      finished = true;
      listener.violation(broken);
      return;
    }
    if (opcode < CLOSE && messageSize(length) > ProtocolLimits.MAX_MESSAGE) {
      finished = true;
      listener.tooLong();
      return;
    }
    mask =
        header[maskAt] << 24
            | (header[maskAt + 1] & 0xFF) << 16
            | (header[maskAt + 2] & 0xFF) << 8
            | header[maskAt + 3] & 0xFF;
    frameLength = (int) length;
    frameRead = 0;
    inPayload = true;
    if (opcode >= CLOSE) {
      control = new byte[frameLength];
    } else if (!inMessage) {
      inMessage = true;
      messageSize = ProtocolLimits.RAW_LENGTH;
    }
  }

  private long messageSize(long frame) {
    return inMessage ? messageSize - ProtocolLimits.RAW_LENGTH + frame : frame;
  }

  private String brokenRule(int first, long length) {
    boolean isControl = opcode >= CLOSE;
    if ((first & RSV) != 0) {
      return "reserved bits set";
    } else if ((header[1] & MASKED) == 0) {
      return "frame not masked";
    } else if (opcode > BINARY && !isControl || opcode > PONG) {
      return "unknown opcode";
    } else if (isControl && !fin) {
      return "control frame in fragments";
    } else if (isControl && length > MAX_CONTROL) {
      return "control frame too long";
    } else if (length < 0) {
      return "bad frame length";
    } else if (opcode == CONTINUATION && !inMessage) {
      return "continuation of nothing";
    } else if ((opcode == TEXT || opcode == BINARY) && inMessage) {
      return "new message inside a message";
    }
    return null;
  }

  private int takePayload(byte[] in, int from, int to) {
    int n = Math.min(frameLength - frameRead, to - from);
    if (opcode >= CLOSE) {
      unmask(in, from, control, frameRead, n);
    } else {
      makeRoom(n);
      unmask(in, from, message, messageSize, n);
      messageSize += n;
    }
    frameRead += n;
    if (frameRead == frameLength) {
      inPayload = false;
      if (opcode >= CLOSE) {
        endControl();
      } else if (fin) {
        endMessage();
      }
    }
    return n;
  }

  /** Grows with the bytes that have arrived, not with the length that the peer declares. */
  private void makeRoom(int bytes) {
    int needed = messageSize + bytes;
    if (needed <= message.length) {
      return;
    }
    boolean last = fin && frameRead + bytes == frameLength;
    int size = last ? needed : Math.max(Math.max(FIRST_PIECE, needed), message.length * 2);
    message = message.length == 0 ? new byte[size] : Arrays.copyOf(message, size);
  }

  private void endMessage() {
    byte[] packet = message.length == messageSize ? message : Arrays.copyOf(message, messageSize);
    message = NOTHING;
    inMessage = false;
    packet[0] = (byte) (packet.length >>> 8);
    packet[1] = (byte) packet.length;
    listener.message(packet);
  }

  private void endControl() {
    byte[] payload = control;
    control = NOTHING;
    if (opcode == PING) {
      listener.ping(payload);
    } else if (opcode == CLOSE) {
      finished = true;
      endClose(payload);
    }
  }

  private void endClose(byte[] payload) {
    if (payload.length == 0) {
      listener.closed(FrameListener.NO_CODE);
      return;
    }
    int code = payload.length == 1 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    if (!mayBeSent(code)) {
      listener.violation("bad close code");
    } else if (!isText(payload, CLOSE_CODE_LENGTH)) {
      listener.violation("close reason not in UTF-8");
    } else {
      listener.closed(code);
    }
  }

  private static boolean isText(byte[] bytes, int from) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Close codes that an endpoint may send: RFC 6455 section 7.4. */
  private static boolean mayBeSent(int code) {
    return code >= 1000 && code <= 1003
        || code >= 1007 && code <= 1014
        || code >= 3000 && code < 5000;
  }

  private void unmask(byte[] in, int from, byte[] out, int to, int length) {
    int key = Integer.rotateLeft(mask, 8 * (frameRead & 3));
    long key8 = (long) key << 32 | key & 0xFFFF_FFFFL;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      LONGS.set(out, to + i, (long) LONGS.get(in, from + i) ^ key8);
    }
    for (; i < length; i++) {
      out[to + i] = (byte) (in[from + i] ^ key >>> 24 - 8 * (i & 3));
    }
  }
}
