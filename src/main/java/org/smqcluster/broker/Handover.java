package org.smqcluster.broker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.PacketDecoder;

/** What two nodes say to each other when one takes a parked session over from the other. */
final class Handover {

  /** Bytes of messages in one answer, one longer message excepted. */
  static final long MAX_BYTES = 256 * 1024;

  private static final int OPEN = 1;
  private static final int TAKE = 2;

  private static final byte FREE = 0;
  private static final byte BUSY = 1;

  private Handover() {}

  /**
   * A question.
   *
   * @param isTake whether it asks for messages; if not, for topics
   * @param etid of the parked client
   * @param connection of its entry
   * @param user that has authenticated
   */
  record Question(boolean isTake, int etid, long connection, Optional<String> user) {}

  /** Asks for the topics of a parked session, of this user. */
  static byte[] open(ClientEntry parked, Optional<String> user) {
    return question(OPEN, parked, user);
  }

  /** Asks for its next messages; the asking node has received on its own since it opened. */
  static byte[] take(ClientEntry parked) {
    return question(TAKE, parked, Optional.empty());
  }

  private static byte[] question(int kind, ClientEntry parked, Optional<String> user) {
    return write(
        out -> {
          out.writeByte(kind);
          out.writeInt(parked.etid());
          out.writeLong(parked.connection());
          out.writeBoolean(user.isPresent());
          out.writeUTF(user.orElse(""));
        });
  }

  static Question read(byte[] question) {
    return read(
        question,
        in -> {
          int kind = in.readByte();
          if (kind != OPEN && kind != TAKE) {
            throw new IOException("a question of kind " + kind);
          }
          int etid = in.readInt();
          long connection = in.readLong();
          boolean named = in.readBoolean();
          String user = in.readUTF();
          return new Question(
              kind == TAKE, etid, connection, named ? Optional.of(user) : Optional.empty());
        });
  }

  /** Answers that another connection takes the session. */
  static byte[] busy() {
    return new byte[] {BUSY};
  }

  static boolean isBusy(byte[] answer) {
    return answer.length == 1 && answer[0] == BUSY;
  }

  static byte[] topics(List<Integer> tids) {
    return write(
        out -> {
          out.writeByte(FREE);
          for (int tid : tids) {
            out.writeInt(tid);
          }
        });
  }

  static List<Integer> topics(byte[] answer) {
    return read(
        answer,
        in -> {
          in.readByte();
          List<Integer> tids = new ArrayList<>();
          while (in.available() > 0) {
            tids.add(in.readInt());
          }
          return tids;
        });
  }

  static byte[] messages(List<Publish> messages) {
    return write(
        out -> {
          for (Publish message : messages) {
            out.writeLong(message.encoded().number());
            out.write(message.encoded().raw());
          }
        });
  }

  static List<Publish> messages(byte[] answer) {
    return read(
        answer,
        in -> {
          List<Publish> messages = new ArrayList<>();
          while (in.available() > 0) {
            messages.add(message(in));
          }
          return messages;
        });
  }

  private static Publish message(DataInputStream in) throws IOException {
    long number = in.readLong();
    in.mark(Short.BYTES);
    byte[] raw = new byte[in.readUnsignedShort()];
    in.reset();
    in.readFully(raw);
    try {
      EncodedPacket packet = EncodedPacket.ofRaw(raw);
      packet.number(number);
      if (PacketDecoder.decode(packet) instanceof Publish publish) {
        return publish;
      }
    } catch (MalformedPacketException e) {
      throw new IOException(e);
    }
    throw new IOException("a packet that is no message");
  }

  private interface Writer {

    void write(DataOutputStream out) throws IOException;
  }

  private interface Reader<T> {

    T read(DataInputStream in) throws IOException;
  }

  private static byte[] write(Writer writer) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      writer.write(new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T read(byte[] bytes, Reader<T> reader) {
    try {
      return reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
