package org.smqcluster.broker;

import java.util.List;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Tap;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.PacketEncoder;

/**
 * What goes to one client: messages, answers, notices; and what becomes of a client that does not
 * read them. Thread-safe, and never blocks: callers hold locks of topics.
 */
final class ClientOutput implements Receiver {

  private final Client client;
  private final Connection connection;
  private final Outbox outbox;
  private final BrokerSettings.OverflowPolicy overflowPolicy;
  private final BrokerClock clock;
  private final BrokerMetrics metrics;
  private final BrokerLog log;
  private final Refusals refusals;
  private volatile long overflowLoggedNanos;
  private volatile Tap tap;
  private volatile Receiver parked;

  ClientOutput(
      Client client,
      Connection connection,
      Outbox outbox,
      BrokerSettings.OverflowPolicy overflowPolicy,
      BrokerClock clock,
      BrokerMetrics metrics,
      BrokerLog log,
      Refusals refusals) {
    this.client = client;
    this.connection = connection;
    this.outbox = outbox;
    this.overflowPolicy = overflowPolicy;
    this.clock = clock;
    this.metrics = metrics;
    this.log = log;
    this.refusals = refusals;
    this.overflowLoggedNanos = clock.now() - BrokerLog.MINUTE;
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public Outbox.Offer deliver(Publish message) {
    Outbox.Offer offer = offer(message);
    if (offer == Outbox.Offer.CLOSED) {
      Receiver instead = parked;
      return instead == null ? offer : instead.deliver(message);
    }
    return offer;
  }

  /** The client is parked: what comes when the outbox is closed goes there. */
  void parked(Receiver session) {
    parked = session;
  }

  /** Where the client is parked; null if it is not. */
  Receiver parked() {
    return parked;
  }

  /** As {@link #deliver}, but to this connection alone. */
  Outbox.Offer offer(Publish message) {
    Outbox.Offer offer = outbox.offer(message.encoded());
    if (offer == Outbox.Offer.FULL) {
      overflow();
    } else if (tap != null) {
      tapped(false, message.encoded());
    }
    return offer;
  }

  /** Shows packets to {@code newTap} from now on; null ends it. */
  void tap(Tap watching) {
    tap = watching;
  }

  /** Shows a packet to the tap, if there is one. */
  void tapped(boolean fromClient, EncodedPacket encoded) {
    Tap watching = tap;
    if (watching != null) {
      watching.packet(client.etid(), fromClient, encoded);
    }
  }

  private void overflow() {
    if (overflowPolicy == BrokerSettings.OverflowPolicy.DISCONNECT) {
      giveUp();
    } else if (clock.now() - overflowLoggedNanos >= BrokerLog.MINUTE) {
      overflowLoggedNanos = clock.now();
      log.outboxFull(client);
    }
  }

  /**
   * Closes a client that does not read. Does not end the session: that takes locks of topics, and
   * the caller may hold one. The transport ends it, on its own thread.
   */
  void giveUp() {
    outbox.offerAnswer(PacketEncoder.encode(new Packet.Disconnect(Refusal.SLOW_CONSUMER.text())));
    if (outbox.close()) {
      refusals.refused(client, Refusal.SLOW_CONSUMER, "");
      connection.close(CloseReason.SLOW_CONSUMER);
    }
  }

  /** Messages that the connection did not write before it ended. */
  List<Publish> unwritten() {
    return outbox.unwritten().stream()
        .flatMap(packet -> VersionedMessage.messageOf(packet).stream())
        .toList();
  }

  /** Sends an answer or a notice. */
  void send(Packet packet) {
    EncodedPacket encoded = PacketEncoder.encode(packet);
    tapped(false, encoded);
    switch (outbox.offerAnswer(encoded)) {
      case ACCEPTED, CONGESTED -> metrics.accepted(packet.type(), 1, encoded.messageLength());
      // an answer cannot be dropped without harm
      case FULL -> giveUp();
      case TOO_LARGE -> metrics.dropped(DropReason.TOO_LARGE_FOR_RECEIVER, 1);
      case CLOSED -> {
        // the client has gone
      }
    }
  }
}
