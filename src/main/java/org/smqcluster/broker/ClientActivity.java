package org.smqcluster.broker;

import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.protocol.Packet;

/**
 * What comes from one client, as numbers: counts it, keeps to the client's rate, and pings a client
 * that is silent.
 */
final class ClientActivity {

  private final ClientOutput output;

  /** Null for no limit. */
  private final PacketRate rate;

  private final BrokerSettings.Timeouts timeouts;
  private final BrokerClock clock;

  private volatile long heardNanos;
  private long packets;
  private long bytes;

  /** Whether it has been pinged since it was last heard; the clock's own. */
  private boolean pinged;

  ClientActivity(
      ClientOutput output, PacketRate rate, BrokerSettings.Timeouts timeouts, BrokerClock clock) {
    this.output = output;
    this.rate = rate;
    this.timeouts = timeouts;
    this.clock = clock;
    this.heardNanos = clock.now();
  }

  /** A packet of this length has arrived. The transport's thread. */
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
   * @param unheard whether the client is not read: then its silence means nothing
   * @return whether the client has not answered its ping in time
   */
  boolean tick(long now, boolean unheard) {
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
      output.send(new Packet.Ping());
    } else {
      return silent >= idle + timeouts.pong().toNanos();
    }
    return false;
  }
}
