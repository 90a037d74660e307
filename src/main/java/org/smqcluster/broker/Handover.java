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
import org.smqcluster.broker.spi.Orphan;
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
  private static final int KEPT = 3;

  private static final byte FREE = 0;
  private static final byte BUSY = 1;
  private static final byte NONE = 2;

  /** No more is kept. */
  static final int END = -1;

  private Handover() {}

  /**
   * A question.
   *
   * @param isTake whether it asks for messages; if not, for topics
   * @param etid of the parked client
   * @param connection of its entry
   * @param user that has authenticated
   * @param node name of the one that asks; empty from a node that does not tell it
   */
  record Question(boolean isTake, int etid, long connection, Optional<String> user, String node) {}

  /**
   * A question for what is kept for a node that died.
   *
   * @param node the id of the node's life
   * @param from place of the first message in what is kept
   * @param etid of the client that it asks for
   * @param topics TIDs that it asks for
   */
  record Kept(int node, int from, int etid, List<Integer> topics) {}

  /** Asks for the topics of a parked session, of this user, in the name of a node. */
  static byte[] open(ClientEntry parked, Optional<String> user, String node) {
    return question(OPEN, parked, user, node);
  }

  /** Asks for its next messages; the asking node has received on its own since it opened. */
  static byte[] take(ClientEntry parked) {
    return question(TAKE, parked, Optional.empty(), "");
  }

  private static byte[] question(int kind, ClientEntry parked, Optional<String> user, String node) {
    return write(
        out -> {
          out.writeByte(kind);
          out.writeInt(parked.etid());
          out.writeLong(parked.connection());
          out.writeBoolean(user.isPresent());
          out.writeUTF(user.orElse(""));
          out.writeUTF(node);
        });
  }

  static byte[] kept(Orphan orphan, int from) {
    return write(
        out -> {
          out.writeByte(KEPT);
          out.writeInt(orphan.node());
          out.writeInt(from);
          out.writeInt(orphan.entry().etid());
          for (int tid : orphan.topics()) {
            out.writeInt(tid);
          }
        });
  }

  static boolean isKept(byte[] question) {
    return question.length > 0 && question[0] == KEPT;
  }

  static Kept readKept(byte[] question) {
    return read(
        question,
        in -> {
          in.readByte();
          return new Kept(in.readInt(), in.readInt(), in.readInt(), ids(in));
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
              kind == TAKE,
              etid,
              connection,
              named ? Optional.of(user) : Optional.empty(),
              in.available() > 0 ? in.readUTF() : "");
        });
  }

  /** Answers that another connection takes the session. */
  static byte[] busy() {
    return new byte[] {BUSY};
  }

  static boolean isBusy(byte[] answer) {
    return answer.length == 1 && answer[0] == BUSY;
  }

  /** Answers that nothing is parked for this user. */
  static byte[] none() {
    return new byte[] {NONE};
  }

  static boolean isNone(byte[] answer) {
    return answer.length == 1 && answer[0] == NONE;
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
          return ids(in);
        });
  }

  private static List<Integer> ids(DataInputStream in) throws IOException {
    List<Integer> ids = new ArrayList<>();
    while (in.available() > 0) {
      ids.add(in.readInt());
    }
    return ids;
  }

  static byte[] messages(List<Publish> messages) {
    return write(out -> write(messages, out));
  }

  /** Messages with the place of the next part, or {@link #END}. */
  static byte[] part(int next, List<Publish> messages) {
    return write(
        out -> {
          out.writeInt(next);
          write(messages, out);
        });
  }

  /** Adds the messages of a part; returns the place of the next one. */
  static int partMessages(byte[] answer, List<Publish> to) {
    return read(
        answer,
        in -> {
          int next = in.readInt();
          to.addAll(messages(in));
          return next;
        });
  }

  private static void write(List<Publish> messages, DataOutputStream out) throws IOException {
    for (Publish message : messages) {
      out.writeLong(message.encoded().number());
      out.write(message.encoded().raw());
    }
  }

  static List<Publish> messages(byte[] answer) {
    return read(answer, Handover::messages);
  }

  private static List<Publish> messages(DataInputStream in) throws IOException {
    List<Publish> messages = new ArrayList<>();
    while (in.available() > 0) {
      messages.add(message(in));
    }
    return messages;
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
    throw new IOException("a packet that is not a message");
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
