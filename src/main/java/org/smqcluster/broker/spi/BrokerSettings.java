package org.smqcluster.broker.spi;

import java.net.InetAddress;
import java.time.Duration;

/**
 * What an operator chooses for a broker.
 *
 * @param limits how much of everything
 * @param timeouts how long
 * @param outbox how much waits for a client, and what then
 * @param observeScope scope of the subscriber count in a Change
 * @param rates how often
 * @param memory how many bytes of the heap
 */
public record BrokerSettings(
    Limits limits,
    Timeouts timeouts,
    OutboxSettings outbox,
    ObserveScope observeScope,
    Rates rates,
    Memory memory) {

  /** The defaults that configuration.md documents. */
  public static final BrokerSettings DEFAULT =
      new BrokerSettings(
          new Limits(1024, 100_000, 1_000, 1_000, 100_000, 5_000),
          new Timeouts(Duration.ofSeconds(4), Duration.ofMinutes(5), Duration.ofSeconds(30)),
          new OutboxSettings(1024 * 1024, OverflowPolicy.DROP),
          ObserveScope.CLUSTER);

  /** Without limits of rates, with the default bounds of memory. */
  public BrokerSettings(
      Limits limits, Timeouts timeouts, OutboxSettings outbox, ObserveScope observeScope) {
    this(limits, timeouts, outbox, observeScope, Rates.UNLIMITED, Memory.DEFAULT);
  }

  /**
   * Bounds; passing one is refused, counted and never harms another client.
   *
   * @param topicNameBytes longest topic or sub-topic name
   * @param topics names a broker holds, topics and sub-topics each
   * @param subscriptionsPerClient topics one client subscribes to
   * @param observationsPerClient topics and ETIDs one client observes
   * @param clients clients of one node
   * @param clientsPerAddress clients of one IP address; see {@link Rates#loopback}
   */
  public record Limits(
      int topicNameBytes,
      int topics,
      int subscriptionsPerClient,
      int observationsPerClient,
      int clients,
      int clientsPerAddress) {}

  /**
   * How often.
   *
   * @param connections of one network in a second, averaged over ten; 0 for no limit
   * @param packets of one client in a second, averaged over two; 0 for no limit
   * @param loopback whether the limits of rates and of clients of an address hold for loopback too
   */
  public record Rates(int connections, int packets, boolean loopback) {

    /** No limits. */
    public static final Rates UNLIMITED = new Rates(0, 0, false);

    /** Whether the limits of addresses and rates hold for this one. */
    public boolean holdFor(InetAddress address) {
      return loopback || !address.isLoopbackAddress();
    }
  }

  /**
   * Times; the first is kept to a quarter of a second, the others to a second.
   *
   * @param handshake from the connection's start to its Connect
   * @param idle silence after which a client is pinged
   * @param pong from that ping to the end of a client that stays silent
   * @param grace how long the session of a client that its node lets go is parked; 0 for not at all
   * @param broken the same where the client's connection breaks, not longer
   */
  public record Timeouts(
      Duration handshake, Duration idle, Duration pong, Duration grace, Duration broken) {

    /** With the default grace periods. */
    public Timeouts(Duration handshake, Duration idle, Duration pong) {
      this(handshake, idle, pong, Duration.ofSeconds(30), Duration.ZERO);
    }
  }

  /**
   * What waits for a client.
   *
   * @param bytes bound of a client's outbox
   * @param totalBytes what the outboxes of all clients may hold before each may hold less
   * @param policy what happens to a client whose outbox is full
   */
  public record OutboxSettings(int bytes, long totalBytes, OverflowPolicy policy) {

    private static final int PERCENT_OF_HEAP = 15;

    /** With the default share of the heap for all together. */
    public OutboxSettings(int bytes, OverflowPolicy policy) {
      this(bytes, Memory.ofHeap(PERCENT_OF_HEAP), policy);
    }
  }

  /**
   * What peers may make one broker keep, in bytes; see {@code MemoryCost}.
   *
   * @param totalBytes all of it but outboxes
   * @param namesBytes names of topics and sub-topics, a part of the former
   * @param addressPercent of each of these, the share of one address
   * @param clientBytes what one client may take, names apart
   * @param infoBytes what is kept of the info of a Connect
   */
  public record Memory(
      long totalBytes, long namesBytes, int addressPercent, long clientBytes, int infoBytes) {

    /** The defaults that configuration.md documents. */
    public static final Memory DEFAULT = new Memory(ofHeap(30), ofHeap(15), 50, 1024 * 1024, 256);

    /** So many percent of the largest heap of this process, in bytes. */
    public static long ofHeap(int percent) {
      return Runtime.getRuntime().maxMemory() / 100 * percent;
    }
  }

  /** What happens when a client does not read and its outbox is full. */
  public enum OverflowPolicy {
    /** New messages are dropped and counted. */
    DROP,
    /** The client is closed. */
    DISCONNECT
  }

  /** Scope of the subscriber count that an observer receives: all nodes, or this node only. */
  public enum ObserveScope {
    /** All nodes. */
    CLUSTER,
    /** This node. */
    NODE
  }
}
