package org.smqcluster.config;

/**
 * The keys that bound what peers make a node keep. Each share is of the heap (-Xmx); the node's
 * brokers divide it equally.
 */
public final class MemoryKeys {

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  public static final ConfigKey<Integer> TOTAL =
      KEYS.add(
          "smq.memory.percent",
          Kind.integer(1, 60),
          "30",
          "Share of the heap, in percent, for all that clients make the node keep but outboxes:"
              + " connections, names, subscriptions, observations, partial messages, the clients"
              + " and subscribers of other nodes. When it is used up, what needs more is refused.");

  public static final ConfigKey<Integer> NAMES =
      KEYS.add(
          "smq.memory.names.percent",
          Kind.integer(1, 60),
          "15",
          "Part of it, in percent of the heap, that names of topics and sub-topics may take: they"
              + " are on all nodes and never removed. Beyond it, new names are refused.");

  public static final ConfigKey<Integer> ADDRESS =
      KEYS.add(
          "smq.memory.address.percent",
          Kind.integer(1, 100),
          "50",
          "Share of each of these two, and of the devices that are remembered, in percent, for one"
              + " IP address (for an IPv6 /64); see smq.limit.loopback.");

  public static final ConfigKey<Integer> CLIENT =
      KEYS.add(
          "smq.memory.client.bytes",
          Kind.integer(256 * 1024, 1024 * 1024 * 1024),
          "1048576",
          "Bytes that one client may make the node keep, its outbox and names apart; a client that"
              + " needs more is refused that, or closed.");

  public static final ConfigKey<Integer> INFO =
      KEYS.add(
          "smq.memory.info.bytes",
          Kind.integer(3, 4096),
          "256",
          "Bytes of the info of a Connect that all nodes keep; a longer one is cut and ends in an"
              + " ellipsis. Authenticators get the whole.");

  public static final ConfigKey<Integer> OUTBOXES =
      KEYS.add(
          "smq.memory.outboxes.percent",
          Kind.integer(1, 60),
          "15",
          "Share of the heap, in percent, for what waits for all clients together; beyond it each"
              + " outbox holds less, and beyond twice as much clients that do not read are closed.");

  public static final ConfigKey<Integer> DEVICES =
      KEYS.add(
          "smq.memory.devices.percent",
          Kind.integer(1, 60),
          "5",
          "Share of the heap, in percent, for the LED devices that the cluster remembers; for more,"
              + " devices that are offline are forgotten, and announcements are refused if there are"
              + " none. The smallest node's share counts.");

  private MemoryKeys() {}
}
