package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.WireText;

/** A client as a value of the replicated cache. */
final class ClientCodec {

  /** Fixed fields, then info up to the end. */
  private static final int LAYOUT_INFO_LAST = 1;

  /** Fixed fields, info with its length, then {@link Extension}s: for what versions to come add. */
  private static final int LAYOUT_EXTENSIBLE = 2;

  /** Extension without bytes: the client is parked. */
  private static final int TAG_PARKED = 1;

  /** Extension: what other nodes need to go on with the client's session if its node dies. */
  private static final int TAG_SESSION = 2;

  static final byte[] NO_SESSION = {};

  /**
   * Topics that are told of a client; of more, those beyond it are forgotten when its node dies.
   */
  private static final int MAX_TOPICS = 4_000;

  /** Bytes of layout, node, ETID, connection and time, which a {@link Held} has. */
  private static final int NUMBERS = Byte.BYTES + 2 * Integer.BYTES + 2 * Long.BYTES;

  private ClientCodec() {}

  /**
   * A UID as a key, or a name as a value, of a cache. Caches carry text as UTF-8, which cannot hold
   * every byte that the wire can: so each byte of the wire is a character here. ASCII is the same
   * in both, and the same object, so that a name is in memory once.
   */
  static String toCache(String text) {
    return isAscii(text) ? text : new String(WireText.encode(text), StandardCharsets.ISO_8859_1);
  }

  static String fromCache(String text) {
    if (isAscii(text)) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return WireText.decode(bytes, 0, bytes.length);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7F) {
        return false;
      }
    }
    return true;
  }

  /**
   * A client in the cache: what the tables ask for all the time. Its texts stay in the value, for a
   * node holds the clients of all nodes.
   *
   * @param uid its UID
   * @param etid its address
   * @param node the id of its node's life
   * @param connection tells one connection of the UID from the next
   * @param connectedAt milliseconds since 1970
   * @param isParked whether the client has no connection
   * @param value the bytes it was read from
   */
  record Held(
      String uid,
      int etid,
      int node,
      long connection,
      long connectedAt,
      boolean isParked,
      byte[] value) {

    /** All that is known of it; its texts are read anew. */
    ClientEntry entry() {
      return read(this).entry();
    }

    /**
     * What other nodes need to go on with its session, see {@link ClientCodec#session}; empty if
     * nothing.
     */
    byte[] session() {
      return value[0] == LAYOUT_INFO_LAST ? NO_SESSION : read(this).session();
    }

    /** The client that this stands for, which has a session, if its node has died. */
    Orphan orphan() {
      try {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(session()));
        boolean hasUser = in.readBoolean();
        String user = in.readUTF();
        List<Integer> topics = new ArrayList<>();
        while (in.available() > 0) {
          topics.add(in.readInt());
        }
        return new Orphan(entry(), node, hasUser ? Optional.of(user) : Optional.empty(), topics);
      } catch (IOException e) {
        throw new UnknownFormatException("a client's session", e);
      }
    }

    boolean isSame(Held other) {
      return other != null && Arrays.equals(value, other.value);
    }

    /** The later connection of a UID wins; on a tie, the one with the higher number. */
    boolean isLaterThan(Held other) {
      int order = Long.compare(connectedAt, other.connectedAt);
      return order > 0 || order == 0 && connection > other.connection;
    }

    boolean sameConnection(Held other) {
      return other != null && connection == other.connection;
    }
  }

  private record Parts(ClientEntry entry, byte[] session) {}

  static Held encode(ClientEntry entry, int node) {
    return encode(entry, node, NO_SESSION);
  }

  static Held encode(ClientEntry entry, int node, byte[] session) {
    boolean isExtended = entry.parked() || session.length > 0;
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(96);
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(isExtended ? LAYOUT_EXTENSIBLE : LAYOUT_INFO_LAST);
      out.writeInt(node);
      out.writeInt(entry.etid());
      out.writeLong(entry.connection());
      out.writeLong(entry.connectedAt());
      out.writeByte(WireNumbers.TRANSPORT.of(entry.transport()));
      out.writeUTF(entry.node());
      out.writeUTF(entry.address());
      byte[] info = WireText.encode(entry.info());
      if (isExtended) {
        out.writeShort(info.length);
      }
      out.write(info);
      if (entry.parked()) {
        Extension.write(out, TAG_PARKED, new byte[0]);
      }
      if (session.length > 0) {
        Extension.write(out, TAG_SESSION, session);
      }
      return new Held(
          entry.uid(),
          entry.etid(),
          node,
          entry.connection(),
          entry.connectedAt(),
          entry.parked(),
          bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What other nodes need to go on with a client's session: {@code has user u8, user (modified
   * UTF-8), TIDs i32}.
   */
  static byte[] session(Optional<String> user, int... tids) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeBoolean(user.isPresent());
      out.writeUTF(user.orElse(""));
      for (int i = 0; i < Math.min(tids.length, MAX_TOPICS); i++) {
        out.writeInt(tids[i]);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The inverse of {@link #encode}. Makes no objects of the texts: in a storm every node does this
   * for each client of all.
   *
   * @throws UnknownFormatException if this node cannot read it
   */
  static Held decode(String uid, byte[] value) {
    try {
      ByteBuffer in = ByteBuffer.wrap(value);
      int layout = in.get();
      if (layout != LAYOUT_INFO_LAST && layout != LAYOUT_EXTENSIBLE) {
        throw new UnknownFormatException("a client's entry with layout " + layout);
      }
      int node = in.getInt();
      int etid = in.getInt();
      long connection = in.getLong();
      long connectedAt = in.getLong();
      WireNumbers.TRANSPORT.constant(in.get());
      Extension.skip(in); // the node's name
      Extension.skip(in); // the address
      boolean isParked = false;
      if (layout == LAYOUT_EXTENSIBLE) {
        Extension.skip(in); // the info
        isParked = Extension.has(TAG_PARKED, in);
      }
      return new Held(uid, etid, node, connection, connectedAt, isParked, value);
    } catch (BufferUnderflowException e) {
      throw new UnknownFormatException("a client's entry", e);
    }
  }

  private static Parts read(Held held) {
    try {
      int layout = held.value[0];
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(held.value));
      in.skipNBytes(NUMBERS);
      Transport transport = WireNumbers.TRANSPORT.constant(in.readByte());
      String name = in.readUTF();
      String address = in.readUTF();
      // not readAllBytes(): it begins with a buffer of 8 KiB
      byte[] info =
          in.readNBytes(layout == LAYOUT_INFO_LAST ? in.available() : in.readUnsignedShort());
      Map<Integer, byte[]> extensions = Extension.read(in);
      ClientEntry entry =
          new ClientEntry(
              held.uid,
              held.etid,
              name,
              held.connection,
              held.connectedAt,
              address,
              transport,
              WireText.decode(info, 0, info.length),
              held.isParked);
      return new Parts(entry, extensions.getOrDefault(TAG_SESSION, NO_SESSION));
    } catch (IOException e) {
      throw new UnknownFormatException("a client's entry", e);
    }
  }
}
