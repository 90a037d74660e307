package org.smqcluster.broker;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.smqcluster.broker.outbox.OutboxBudget;

/**
 * Keeps what waits for all clients of a broker within its bound: lessens what each outbox holds,
 * closes clients that do not read, and ends parked sessions. For one thread.
 */
record OutboxWatch(
    OutboxBudget outboxes, SessionRegistry sessions, Parking parking, BrokerLog log) {

  /** Looks at all outboxes; called a few times a second. */
  void tick() {
    long told = outboxes.told();
    long waiting =
        parking.bytes()
            + sessions.connected().stream().mapToLong(each -> each.outbox().bytes()).sum();
    if (outboxes.measured(waiting, told)) {
      log.outboxesGetLess(waiting, outboxes.bound());
    }
    long excess = outboxes.excess(waiting);
    if (excess > 0) {
      Stream<Holder> stalled =
          sessions.connected().stream()
              .filter(session -> session.outbox().isStalled())
              .map(session -> new Holder(session.outbox().bytes(), session.output()::giveUp));
      long freed = endLargest(stalled, excess);
      Stream<Holder> parked =
          parking
              .offers()
              .map(place -> new Holder(place.session.bytes(), () -> parking.drop(place)));
      endLargest(parked, outboxes.parkedExcess(waiting - freed));
    }
  }

  private record Holder(long bytes, Runnable end) {}

  /** Ends those that hold most until {@code bytes} are freed; returns how many are. */
  private static long endLargest(Stream<Holder> holders, long bytes) {
    List<Holder> largestFirst =
        holders.sorted(Comparator.comparingLong(Holder::bytes).reversed()).toList();
    long freed = 0;
    for (Holder each : largestFirst) {
      if (freed >= bytes) {
        break;
      }
      freed += each.bytes();
      each.end().run();
    }
    return freed;
  }
}
