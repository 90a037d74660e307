package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.cluster.ClientCodec.Held;

/**
 * The clients of nodes that died, until they connect again or are forgotten, and the form in which
 * their nodes tell what is needed for it: {@code has user u8, user (modified UTF-8), TIDs i32}.
 * Changed under the lock of the clients' index.
 */
final class Orphans {

  /**
   * Topics that are told of a client; of more, those beyond it are forgotten when its node dies.
   */
  private static final int MAX_TOPICS = 4_000;

  private final Map<String, Held> byUid = new ConcurrentHashMap<>();
  private final Map<Integer, Held> byEtid = new ConcurrentHashMap<>();

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

  /** Adds a client of a node that dies; false if nothing is known of its session. */
  boolean add(String key, Held held) {
    if (held.session().length == 0) {
      return false;
    }
    byUid.put(key, held);
    byEtid.put(held.etid(), held);
    return true;
  }

  /** A client is connected, or its UID is another's. */
  void remove(String key) {
    Held held = byUid.remove(key);
    if (held != null) {
      byEtid.remove(held.etid(), held);
    }
  }

  /** The clients of this life of a node are back with it, or did not come. */
  void forget(int node) {
    byUid.values().removeIf(held -> held.node() == node);
    byEtid.values().removeIf(held -> held.node() == node);
  }

  /** All of them, a copy. */
  List<ClientEntry> entries() {
    return byUid.values().stream().map(Held::entry).toList();
  }

  int count(int node) {
    return (int) byUid.values().stream().filter(held -> held.node() == node).count();
  }

  /** The node that the client with this ETID was connected to; 0 if there is none. */
  int nodeOf(int etid) {
    Held held = byEtid.get(etid);
    return held == null ? 0 : held.node();
  }

  Optional<Orphan> byUid(String key) {
    return Optional.ofNullable(byUid.get(key)).map(Orphans::orphan);
  }

  /** The client that a value with a session stands for. */
  static Orphan orphan(Held held) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(held.session()));
      boolean hasUser = in.readBoolean();
      String user = in.readUTF();
      List<Integer> topics = new ArrayList<>();
      while (in.available() > 0) {
        topics.add(in.readInt());
      }
      return new Orphan(
          held.entry(), held.node(), hasUser ? Optional.of(user) : Optional.empty(), topics);
    } catch (IOException e) {
      throw new UnknownFormatException("a client's session", e);
    }
  }
}
