package org.smqcluster.bench.load;

/**
 * A publisher under test. With a window it sends the next message when all receivers have one:
 * receivers get a publisher's messages in order, so they are complete in order, and a ring of
 * counters is enough to tell. One thread at a time.
 */
final class Source {

  private final LoadConnection connection;
  private final int destination;
  private final Workload workload;
  private final Sender sender;
  private final int[] missing;
  private Phases phases;
  private long sequence;
  private long firstOfWindow;
  private long completed;
  private long seenCompleted;
  private long sent;

  /**
   * @param destination where it publishes
   * @param sender sends what is put into the connection
   */
  Source(LoadConnection connection, int destination, Workload workload, Sender sender) {
    this.connection = connection;
    this.destination = destination;
    this.workload = workload;
    this.sender = sender;
    this.missing = new int[Math.max(1, workload.window())];
  }

  void phases(Phases times) {
    phases = times;
  }

  /** Sends a message that was due at this time. */
  void send(long due) {
    missing[slot(sequence)] = workload.receiversPerMessage();
    if (phases.isMeasured(due)) {
      sent++;
    }
    connection.publish(destination, workload.bytes(), sequence++, due);
    sender.add(connection);
  }

  private int slot(long number) {
    return (int) (number % missing.length);
  }

  /** Fills the window; what is still on its way of an earlier one counts no more for it. */
  void fill() {
    firstOfWindow = sequence;
    for (int i = 0; i < workload.window(); i++) {
      send(System.nanoTime());
    }
  }

  /** A receiver has this message. */
  void received(long number, long now) {
    if (workload.window() > 0 && number >= firstOfWindow && --missing[slot(number)] == 0) {
      completed++;
      if (phases.isSending(now)) {
        send(now);
      }
    }
  }

  /** Fills the window anew if nothing was completed since the last call: messages were lost. */
  void reviveIfStalled(long now) {
    if (completed == seenCompleted && phases.isSending(now)) {
      fill();
    }
    seenCompleted = completed;
  }

  /** Messages that were due while it was measured. */
  long sent() {
    return sent;
  }
}
