package org.smqcluster.broker;

import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.Packet;

/**
 * What comes from one client, as numbers: counts it, keeps to the client's rate, and pings a client
 * that is silent, to close it if nothing comes back.
 */
final class ClientActivity {

  private final ClientSession session;

  /** Null for no limit. */
  private final PacketRate rate;

  private final BrokerSettings.Timeouts timeouts;
  private final BrokerClock clock;
  private final Refusals refusals;

  private volatile long heardNanos;
  private long packets;
  private long bytes;

  /** Whether it has been pinged since it was last heard; the clock's own. */
  private boolean pinged;

  ClientActivity(
      ClientSession session,
      PacketRate rate,
      BrokerSettings.Timeouts timeouts,
      BrokerClock clock,
      Refusals refusals) {
    this.session = session;
    this.rate = rate;
    this.timeouts = timeouts;
    this.clock = clock;
    this.refusals = refusals;
    this.heardNanos = clock.now();
  }

  /** A packet of so many bytes came. The transport's thread. */
  void received(int messageBytes) {
    packets++;
    bytes += messageBytes;
    long now = clock.now();
    if (heardNanos != now) {
      // the clock's steps are long: most packets find it as it is
      heardNanos = now;
    }
    if (rate != null) {
      rate.received(packets);
    }
  }

  long packets() {
    return packets;
  }

  long bytes() {
    return bytes;
  }

  /**
   * Looks at the clock. One thread.
   *
   * @param unheard whether the client is not listened to: then its silence means nothing
   */
  void tick(long now, boolean unheard) {
    if (rate != null) {
      rate.tick(now, packets);
    }
    long silent = now - heardNanos;
    long idle = timeouts.idle().toNanos();
    if (silent < idle) {
      pinged = false;
    } else if (unheard) {
      heardNanos = now;
    } else if (!pinged) {
      pinged = true;
      session.answer(new Packet.Ping());
    } else if (silent >= idle + timeouts.pong().toNanos()) {
      refusals.refused(session, Refusal.IDLE, "");
      session.end(CloseReason.IDLE, Refusal.IDLE.text());
    }
  }
}
