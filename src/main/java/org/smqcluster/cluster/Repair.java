package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;

/**
 * Finds and mends what a cache lost or kept too long. Infinispan does not compare the copies when a
 * node that was frozen, or cut off in one direction, comes back: the others removed its entries, it
 * missed their changes, and none notices.
 *
 * <p>So each node tells the others a digest of the entries that it vouches for. One whose copy has
 * another digest answers with what it has, and the owner writes again what is missing there and
 * removes what is no longer its own, by ordinary writes, which keep their order with all others.
 * Mending what changes at that moment anyway does no harm.
 *
 * @param tables all tables of this node
 * @param thread runs the work, which may wait for the network
 */
record Repair(
    JChannel channel,
    Members members,
    Supplier<Collection<CacheTable<?, ?>>> tables,
    Executor thread) {

  private static final Logger LOG = System.getLogger(Repair.class.getName());

  private static final byte DIGESTS = 0;
  private static final byte REPORT = 1;

  /** Tells the others what this node vouches for. */
  void tell() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(DIGESTS);
    out.writeInt(members.self());
    Collection<CacheTable<?, ?>> all = tables.get();
    out.writeShort(all.size());
    for (CacheTable<?, ?> table : all) {
      Digest digest = Digest.of(table.own());
      out.writeUTF(table.name());
      out.writeInt(digest.count());
      out.writeLong(digest.hash());
    }
    send(null, bytes);
  }

  /** Called by JGroups; hands the message on. */
  void receive(Message message) {
    if (!message.getSrc().equals(channel.getAddress())) {
      try {
        thread.execute(() -> handle(message));
      } catch (RejectedExecutionException e) {
        LOG.log(Level.DEBUG, "The node leaves");
      }
    }
  }

  private void handle(Message message) {
    try {
      DataInputStream in =
          new DataInputStream(
              new ByteArrayInputStream(
                  message.getArray(), message.getOffset(), message.getLength()));
      byte kind = in.readByte();
      int node = in.readInt();
      if (kind == DIGESTS) {
        for (int n = in.readShort(); n > 0; n--) {
          compare(node, message.getSrc(), in.readUTF(), new Digest(in.readInt(), in.readLong()));
        }
      } else {
        CacheTable<?, ?> table = table(in.readUTF());
        if (table != null) {
          mend(table, in);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING, "The comparison of the caches with other nodes failed; it is repeated", e);
    }
  }

  private void compare(int node, Address from, String name, Digest theirs) throws IOException {
    CacheTable<?, ?> table = table(name);
    if (table != null && !table.digest(node).equals(theirs)) {
      report(table, node, from);
    }
  }

  private <K> void report(CacheTable<K, ?> table, int owner, Address to) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(REPORT);
    out.writeInt(members.self());
    out.writeUTF(table.name());
    Map<K, Long> held = table.heldFor(owner);
    out.writeInt(held.size());
    for (Map.Entry<K, Long> entry : held.entrySet()) {
      table.keys().writer().write(out, entry.getKey());
      out.writeLong(entry.getValue());
    }
    send(to, bytes);
  }

  private static <K> void mend(CacheTable<K, ?> table, DataInputStream in) throws IOException {
    Map<K, Long> reported = new HashMap<>();
    for (int n = in.readInt(); n > 0; n--) {
      reported.put(table.keys().reader().read(in), in.readLong());
    }
    Map<K, Long> own = table.own();
    int mended = 0;
    for (Map.Entry<K, Long> entry : own.entrySet()) {
      if (!entry.getValue().equals(reported.remove(entry.getKey()))) {
        table.assertAgain(entry.getKey());
        mended++;
      }
    }
    for (K key : reported.keySet()) {
      if (!own.containsKey(key)) {
        table.withdraw(key);
        mended++;
      }
    }
    LOG.log(Level.DEBUG, "Writing {0} entries of {1} again", mended, table.name());
  }

  private CacheTable<?, ?> table(String name) {
    return tables.get().stream().filter(table -> table.name().equals(name)).findAny().orElse(null);
  }

  private void send(Address to, ByteArrayOutputStream bytes) throws IOException {
    try {
      channel.send(new BytesMessage(to, bytes.toByteArray()));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
