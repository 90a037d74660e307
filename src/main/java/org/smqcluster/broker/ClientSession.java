package org.smqcluster.broker;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Tap;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;

/**
 * One client of this node from its connection to its end: what hooks and administration see of it,
 * and what the broker's other classes ask of it. Any thread.
 */
abstract class ClientSession implements Client, Pausable {

  private final Connection connection;
  private final ConnectionInfo connectionInfo;
  private final MemoryBudget.ClientMemory memory;
  private final BrokerClock clock;
  private final BrokerMetrics metrics;
  private final BrokerSettings.Timeouts timeouts;

  /** Null for no limit. */
  private final PacketRate rate;

  private final long connectionId = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  private volatile ClientEntry entry;
  private volatile Authentication authentication;

  private volatile long heardNanos;
  private long packetsIn;
  private long bytesIn;

  /** Whether the client has been pinged since it was last heard; the clock's own. */
  private boolean pinged;

  /** Charged for a packet that has come in part; the transport's thread. */
  private int partialBytes;

  /** Guards the pauses of the connection, and that it hears them in the order they happen. */
  private final Object pausing = new Object();

  private int pauses;

  /**
   * @param limited whether the limit of packets holds for the client's address
   */
  ClientSession(
      Connection connection,
      ConnectionInfo connectionInfo,
      MemoryBudget.ClientMemory memory,
      BrokerClock clock,
      BrokerSettings settings,
      boolean limited,
      BrokerMetrics metrics) {
    this.connection = connection;
    this.connectionInfo = connectionInfo;
    this.memory = memory;
    this.clock = clock;
    this.metrics = metrics;
    this.timeouts = settings.timeouts();
    this.heardNanos = clock.now();
    int packets = settings.rates().packets();
    this.rate = limited && packets > 0 ? new PacketRate(this, packets, heardNanos, metrics) : null;
  }

  /** The client is connected. */
  final void admitted(ClientEntry registered, Authentication accepted) {
    entry = registered;
    authentication = accepted;
  }

  abstract ClientOutput output();

  abstract ClientTopics topics();

  /** The account of what the client makes this node keep. */
  final MemoryBudget.ClientMemory memory() {
    return memory;
  }

  /** Tells this connection from all others of the cluster. */
  final long connectionId() {
    return connectionId;
  }

  /** Sends an answer or a notice. */
  final void answer(Packet packet) {
    output().send(packet);
  }

  // ---- what comes from the client

  /** A packet of this length has arrived. The transport's thread. */
  final void heard(int messageBytes) {
    packetsIn++;
    bytesIn += messageBytes;
    long now = clock.now();
    if (heardNanos != now) {
      // the clock's steps are long: most packets find it as it is
      heardNanos = now;
    }
    if (rate != null) {
      rate.received(packetsIn);
    }
  }

  /**
   * Looks at the clock, and pings a client that is silent. One thread.
   *
   * @return false if the client has not answered its ping in time
   */
  final boolean checkAlive(long now) {
    if (rate != null) {
      rate.tick(now, packetsIn);
    }
    long silent = now - heardNanos;
    long idle = timeouts.idle().toNanos();
    if (silent < idle) {
      pinged = false;
    } else if (isPaused()) {
      // the client is not read: its silence means nothing
      heardNanos = now;
    } else if (!pinged) {
      pinged = true;
      answer(new Packet.Ping());
    } else {
      return silent < idle + timeouts.pong().toNanos();
    }
    return true;
  }

  /** So many bytes of a packet have come by now. The transport's thread. */
  public final void partial(int bytes) {
    if (bytes != partialBytes) {
      int more = bytes - partialBytes;
      partialBytes = bytes;
      keep(more);
    }
  }

  /**
   * Charges bytes that the client makes this node keep, or gives them back if they are negative.
   *
   * @return false if there are too many, and the client is told and closed
   */
  final boolean keep(int bytes) {
    if (bytes <= 0) {
      memory.release(-bytes);
      return true;
    }
    Refusal refusal = memory.charge(bytes);
    if (refusal == null) {
      return true;
    }
    reject(refusal);
    return false;
  }

  /** Pauses reading; every pause needs its own resume. */
  @Override
  public final void pause() {
    synchronized (pausing) {
      if (pauses++ == 0) {
        connection.pauseReading();
        metrics.count(Counter.PUBLISHER_PAUSES);
      }
    }
  }

  @Override
  public final void resume() {
    synchronized (pausing) {
      if (--pauses == 0) {
        connection.resumeReading();
      }
    }
  }

  private boolean isPaused() {
    synchronized (pausing) {
      return pauses > 0;
    }
  }

  // ---- what the session does

  /** See {@link SessionPhase#reject}. */
  abstract void reject(Refusal refusal);

  /** Looks at the clock: handshake and idle time. A few times a second. */
  abstract void tick(long now);

  /** The client broke a rule: it is told which, counted, and closed. */
  abstract void breach(Refusal refusal, CloseReason reason, String text);

  /** Ends the session without a word to the client; the first call counts. */
  abstract void end(CloseReason reason, String detail);

  abstract boolean isClosed();

  /** Where messages for the client go. */
  abstract Receiver receiver();

  abstract boolean isLeaving();

  abstract void letGo();

  abstract void giveWay();

  abstract boolean bypass();

  // ---- what hooks and administration see

  @Override
  public Optional<ClientEntry> entry() {
    return Optional.ofNullable(entry);
  }

  @Override
  public int etid() {
    ClientEntry known = entry;
    return known == null ? Ids.NONE : known.etid();
  }

  @Override
  public String uid() {
    ClientEntry known = entry;
    return known == null ? "" : known.uid();
  }

  @Override
  public Optional<Authentication> authentication() {
    return Optional.ofNullable(authentication);
  }

  @Override
  public ConnectionInfo connectionInfo() {
    return connectionInfo;
  }

  @Override
  public long packetsIn() {
    return packetsIn;
  }

  @Override
  public long bytesIn() {
    return bytesIn;
  }

  @Override
  public void tap(Tap tap) {
    output().tap(tap);
  }

  @Override
  public void untap() {
    output().tap(null);
  }

  @Override
  public long packetsOut() {
    return outbox().accepted();
  }

  @Override
  public long bytesOut() {
    return outbox().acceptedBytes();
  }

  @Override
  public long bytesWaiting() {
    return outbox().bytes();
  }

  @Override
  public long dropped() {
    return outbox().dropped();
  }

  /** The packets that wait for the client. */
  public Outbox outbox() {
    return output().outbox();
  }

  @Override
  public int[] subscriptions() {
    return topics().subscriptions();
  }

  @Override
  public int[] observations() {
    return topics().observations();
  }
}
