package org.smqcluster.broker;

import org.smqcluster.protocol.Packet;

/** Pings a silent client, and closes it if nothing comes back. */
final class IdleWatch {

  private final Broker broker;
  private final ClientSession session;
  private volatile long heardNanos;

  /** Whether it has been pinged since it was last heard; the clock's own. */
  private boolean pinged;

  IdleWatch(Broker broker, ClientSession session) {
    this.broker = broker;
    this.session = session;
    this.heardNanos = broker.now();
  }

  /** Something came from the client. Any thread. */
  void heard() {
    heardNanos = broker.now();
  }

  /**
   * Looks at the clock. One thread.
   *
   * @param unheard whether the client is not listened to: then its silence means nothing
   */
  void tick(long now, boolean unheard) {
    BrokerSettings.Timeouts timeouts = broker.settings().timeouts();
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
      broker.refused(session, Refusal.IDLE, "");
      session.end(CloseReason.IDLE, Refusal.IDLE.text());
    }
  }
}
