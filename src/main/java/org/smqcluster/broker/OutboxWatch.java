package org.smqcluster.broker;

import java.util.Comparator;
import java.util.List;
import org.smqcluster.broker.outbox.OutboxBudget;

/**
 * Keeps what waits for all clients of a broker within its bound: lessens what each outbox holds,
 * and closes clients that do not read. For one thread.
 */
record OutboxWatch(
    OutboxBudget outboxes, SessionRegistry sessions, Parking parking, BrokerLog log) {

  /** Looks at all outboxes; called a few times a second. */
  void tick() {
    long told = outboxes.told();
    long waiting = parking.bytes();
    for (ClientSession session : sessions.connected()) {
      waiting += session.outbox().bytes();
    }
    if (outboxes.measured(waiting, told)) {
      log.outboxesGetLess(waiting, outboxes.bound());
    }
    long excess = outboxes.excess(waiting);
    if (excess > 0) {
      closeStalled(excess);
    }
  }

  /** Closes clients that do not read, those with most first, until so many bytes are fewer. */
  private void closeStalled(long excess) {
    record Stalled(ClientSession session, long bytes) {}

    List<Stalled> stalled =
        sessions.connected().stream()
            .filter(session -> session.outbox().isStalled())
            .map(session -> new Stalled(session, session.outbox().bytes()))
            .sorted(Comparator.comparingLong(Stalled::bytes).reversed())
            .toList();
    long left = excess;
    for (Stalled each : stalled) {
      if (left <= 0) {
        return;
      }
      left -= each.bytes();
      each.session().output().giveUp();
    }
  }
}
