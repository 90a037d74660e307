package org.smqcluster.broker;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
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

  private final ConnectionInfo connectionInfo;
  private final MemoryBudget.ClientMemory memory;
  private final long connectionId = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  private volatile ClientEntry entry;
  private volatile Authentication authentication;

  ClientSession(ConnectionInfo connectionInfo, MemoryBudget.ClientMemory memory) {
    this.connectionInfo = connectionInfo;
    this.memory = memory;
  }

  /** The client is connected. */
  final void admitted(ClientEntry registered, Authentication why) {
    entry = registered;
    authentication = why;
  }

  abstract ClientOutput output();

  abstract ClientActivity activity();

  /** What the client subscribes to and observes. */
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

  /** See {@link ClientCharges#keep}. */
  abstract boolean keep(int bytes);

  /** Whether the client is not read. */
  abstract boolean isPaused();

  /** Looks at the clock: handshake and idle time. A few times a second. */
  abstract void tick(long now);

  /** The client broke a rule: it is told which, counted, and closed. */
  abstract void breach(Refusal refusal, CloseReason reason, String text);

  /** Ends the session without a word to the client; the first call counts. */
  abstract void end(CloseReason reason, String detail);

  abstract boolean isClosed();

  /** See {@link SessionEnd#waitsForFlush}. */
  abstract boolean waitsForFlush();

  /** Where messages for the client go. */
  abstract Receiver receiver();

  /** Whether the client is being let go. */
  abstract boolean isLeaving();

  /** See {@link ClientMove#letGo}. */
  abstract void letGo();

  /** See {@link ClientMove#giveWay}. */
  abstract void giveWay();

  /** See {@link ClientMove#bypass}. */
  abstract boolean bypass();

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
    return activity().packets();
  }

  @Override
  public long bytesIn() {
    return activity().bytes();
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
