package org.smqcluster.broker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.MemoryUse;
import org.smqcluster.broker.spi.Refusal;

/**
 * Bounds what peers make this node keep for one broker: in all, for each address (IPv6: /64), for
 * each client. Names of topics and sub-topics have a bound of their own within the whole, because
 * they are never removed; each node charges all of the cluster's, its own peers' or not, so that
 * none creates more while any bound is reached. Outboxes are bounded by {@code OutboxBudget}.
 * Thread-safe.
 */
final class MemoryBudget {

  private final BrokerSettings.Memory settings;
  private final MemoryAccount all;
  private final MemoryAccount names;
  private final Map<ClientNetwork, Network> networks = new ConcurrentHashMap<>();
  private long othersBytes;

  MemoryBudget(BrokerSettings.Memory settings) {
    this.settings = settings;
    this.all = new MemoryAccount(null, Refusal.MEMORY, settings.totalBytes());
    this.names = new MemoryAccount(all, Refusal.MEMORY_OF_NAMES, settings.namesBytes());
  }

  /** The accounts of one address; its connections are counted under the lock of their map's bin. */
  private static final class Network {
    final MemoryAccount clients;
    final MemoryAccount names;
    int connections;

    Network(MemoryAccount clients, MemoryAccount names) {
      this.clients = clients;
      this.names = names;
    }
  }

  /** What one client makes the node keep, from its connection to its end. */
  final class ClientMemory {
    private final MemoryAccount account;
    private final ClientNetwork address;
    private final Network network;

    private ClientMemory(ClientNetwork address, Network network) {
      this.address = address;
      this.network = network;
      this.account =
          new MemoryAccount(network.clients, Refusal.MEMORY_OF_CLIENT, settings.clientBytes());
    }

    /** Charges bytes to the client, its address and the whole; null, or why it may not. */
    Refusal charge(long bytes) {
      return account.charge(bytes);
    }

    void release(long bytes) {
      account.release(bytes);
    }

    /** Charges a name that the client wants to create; null, or why it may not. */
    Refusal chargeName(long bytes) {
      return network.names.charge(bytes);
    }

    /**
     * Ends the double charge of {@link #chargeName}. If the name was created, {@link #named} has
     * charged all names with it, and the charge of the address is permanent; if not, the charge of
     * the address goes, too.
     */
    void settledName(long bytes, boolean isThere) {
      (isThere ? names : network.names).release(bytes);
    }

    /** The client has ended: nothing of it is kept, but the names. */
    void close() {
      account.close();
      networks.computeIfPresent(
          address,
          (key, there) -> --there.connections == 0 && there.names.used() == 0 ? null : there);
    }
  }

  /**
   * Opens the account of a connection.
   *
   * @param limited whether the bound of addresses holds for this one
   */
  ClientMemory open(ClientNetwork address, boolean limited) {
    Network network =
        networks.compute(
            address,
            (key, there) -> {
              Network its = there == null ? network(limited) : there;
              its.connections++;
              return its;
            });
    return new ClientMemory(address, network);
  }

  private Network network(boolean limited) {
    return new Network(
        new MemoryAccount(all, Refusal.MEMORY_OF_ADDRESS, share(all, limited)),
        new MemoryAccount(names, Refusal.MEMORY_OF_ADDRESS, share(names, limited)));
  }

  private long share(MemoryAccount of, boolean limited) {
    return limited ? of.max() / 100 * settings.addressPercent() : Long.MAX_VALUE;
  }

  /** Bytes of names that the node with the smallest heap has room for: all nodes hold all names. */
  void namesOfSmallestNode(long bytes) {
    names.max(Math.min(bytes, settings.namesBytes()));
  }

  /** This node knows one more name. */
  void named(String name) {
    names.add(MemoryCost.name(name));
  }

  /** This node no longer knows the name. */
  void forgotten(String name) {
    names.release(MemoryCost.name(name));
  }

  /** Takes what the clients and interest of all nodes cost on this node, in bytes. One thread. */
  void measured(long clusterBytes) {
    all.add(clusterBytes - othersBytes);
    othersBytes = clusterBytes;
  }

  MemoryUse use() {
    return new MemoryUse(all.used(), all.max(), names.used(), names.max());
  }

  /**
   * Bytes that a peer makes this node keep, against a bound: those of one client, of one address,
   * or of all. Whatever is charged here is charged to the account above as well. The bytes are
   * estimates of {@link MemoryCost}, not measured. Thread-safe; its lock is taken before that of
   * the account above and no other lock is taken under it.
   */
  private static final class MemoryAccount {

    private final MemoryAccount above;
    private final Refusal full;
    private long max;
    private long used;
    private boolean closed;

    /**
     * @param above the account that this one is a part of, or null
     * @param full what is refused when this account is full
     * @param max bound, in bytes
     */
    MemoryAccount(MemoryAccount above, Refusal full, long max) {
      this.above = above;
      this.full = full;
      this.max = max;
    }

    /**
     * Charges bytes to this account and those above, if all of them have room.
     *
     * @return null if it is charged, or the account is closed; else why nothing is
     */
    synchronized Refusal charge(long bytes) {
      if (closed) {
        return null;
      } else if (used + bytes > max) {
        return full;
      }
      Refusal refusal = above == null ? null : above.charge(bytes);
      if (refusal == null) {
        used += bytes;
      }
      return refusal;
    }

    /** Charges bytes that cannot be refused, such as a name that another node has created. */
    synchronized void add(long bytes) {
      if (closed) {
        return;
      }
      used += bytes;
      if (above != null) {
        above.add(bytes);
      }
    }

    void release(long bytes) {
      add(-bytes);
    }

    /** Gives back all bytes; nothing is charged from now on. */
    synchronized void close() {
      add(-used);
      closed = true;
    }

    synchronized long used() {
      return used;
    }

    /** Bound, in bytes. */
    synchronized long max() {
      return max;
    }

    /** Sets another bound; what is charged beyond it stays. */
    synchronized void max(long bytes) {
      max = bytes;
    }
  }
}
