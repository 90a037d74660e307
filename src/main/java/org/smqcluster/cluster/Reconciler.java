package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.smqcluster.broker.spi.InternalErrors;

/**
 * Brings indexes and caches in line again: several times after each change of the view, for while
 * nodes come, go and merge a cache may not have all events or all entries, and every half minute to
 * be sure. A pass reads the local copies and writes only what differs.
 *
 * <p>It also finds and mends what a cache lost or kept too long. Infinispan does not compare the
 * copies when a node that was frozen, or cut off in one direction, comes back: the others removed
 * its entries, it missed their changes, and none notices. So each node tells the others a digest of
 * the entries that it vouches for. One whose copy has another digest answers with what it has, and
 * the owner writes again what is missing there and removes what is no longer its own, by ordinary
 * writes, which keep their order with all others. Mending what changes at that moment anyway does
 * no harm.
 */
final class Reconciler implements Receiver {

  private static final Logger LOG = System.getLogger(Reconciler.class.getName());

  private static final List<Duration> AFTER_VIEW =
      List.of(
          Duration.ofMillis(200),
          Duration.ofMillis(700),
          Duration.ofMillis(1500),
          Duration.ofMillis(3000),
          Duration.ofMillis(6000),
          Duration.ofMillis(12000));

  /** From here on what nodes left that are gone is removed; before, they may merge back. */
  private static final Duration GHOSTS_AFTER = Duration.ofMillis(1500);

  private static final Duration GHOSTS_THOROUGHLY_AFTER = Duration.ofMillis(6000);

  private static final long EVERY_SECONDS = 30;

  private static final byte DIGESTS = 0;
  private static final byte REPORT = 1;

  private final JChannel channel;
  private final Members members;
  private final Collection<BrokerCluster> brokers;
  private final Supplier<Collection<CacheTable<?, ?>>> tables;
  private final ScheduledExecutorService timer;
  private final AtomicInteger views = new AtomicInteger();

  /**
   * @param channel a fork, not connected yet
   * @param brokers those of this node, a live view
   * @param tables all tables of this node
   * @param timer runs the work, which may wait for the network
   */
  Reconciler(
      JChannel channel,
      Members members,
      Collection<BrokerCluster> brokers,
      Supplier<Collection<CacheTable<?, ?>>> tables,
      ScheduledExecutorService timer) {
    this.channel = channel;
    this.members = members;
    this.brokers = brokers;
    this.tables = tables;
    this.timer = timer;
  }

  void start() {
    timer.scheduleWithFixedDelay(
        () ->
            InternalErrors.contain(
                "the comparison of caches", () -> pass(GHOSTS_THOROUGHLY_AFTER, true)),
        EVERY_SECONDS,
        EVERY_SECONDS,
        TimeUnit.SECONDS);
  }

  @Override
  public void viewAccepted(View view) {
    members.view(view);
    // nodes that are back may differ in many copies; where one died while it wrote, in a few
    boolean merged = view instanceof MergeView;
    int number = views.incrementAndGet();
    for (Duration after : AFTER_VIEW) {
      try {
        timer.schedule(
            () -> {
              if (views.get() == number) {
                pass(after, merged);
              }
            },
            after.toMillis(),
            TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        return;
      }
    }
  }

  /** On the timer's thread. */
  private void pass(Duration after, boolean compare) {
    try {
      tables.get().forEach(CacheTable::reconcile);
      boolean isLater = after.compareTo(GHOSTS_AFTER) >= 0;
      if (compare || isLater) {
        tell();
      }
      if (isLater) {
        removeGhosts(after.compareTo(GHOSTS_THOROUGHLY_AFTER) >= 0);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "The caches could not be compared with the nodes of the cluster; the node tries again",
          e);
    }
  }

  /**
   * Removes what nodes left that are gone.
   *
   * @param thoroughly whether it should have been gone long since
   */
  private void removeGhosts(boolean thoroughly) {
    if (members.isComplete() && (thoroughly || members.isCoordinator())) {
      members.removeGhosts();
      brokers.forEach(broker -> broker.removeGhosts(thoroughly));
    }
  }

  // ---- the comparison of copies

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

  @Override
  public void receive(Message message) {
    if (!message.getSrc().equals(channel.getAddress())) {
      try {
        timer.execute(() -> handle(message));
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
