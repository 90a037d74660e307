package org.smqcluster.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.smqcluster.protocol.Packet;

/**
 * Sends the answers to one client's requests in the order of the requests, though the cluster may
 * settle them in another. Thread-safe.
 */
final class AckQueue {

  private final ArrayDeque<CompletableFuture<? extends Packet>> waiting = new ArrayDeque<>(0);
  private final Consumer<Packet> send;
  private List<Runnable> settled = new ArrayList<>(0);
  private int bytes;

  AckQueue(Consumer<Packet> send) {
    this.send = send;
  }

  /**
   * Sends what the stage brings when it is there and all earlier answers are sent.
   *
   * @param cost bytes that the request takes until then
   */
  void add(CompletionStage<? extends Packet> answer, int cost) {
    CompletableFuture<? extends Packet> future = answer.toCompletableFuture();
    synchronized (this) {
      waiting.add(future);
      bytes += cost;
    }
    future.whenComplete((packet, failure) -> flush());
  }

  /** Bytes of the requests since all were answered last. */
  synchronized int bytes() {
    return bytes;
  }

  /** Runs something once, as soon as no request waits. */
  void whenSettled(Runnable action) {
    synchronized (this) {
      if (!waiting.isEmpty()) {
        settled.add(action);
        return;
      }
    }
    action.run();
  }

  private void flush() {
    List<Runnable> actions;
    synchronized (this) {
      while (!waiting.isEmpty() && waiting.peek().isDone()) {
        send.accept(waiting.poll().join());
      }
      if (!waiting.isEmpty()) {
        return;
      }
      bytes = 0;
      if (settled.isEmpty()) {
        return;
      }
      actions = settled;
      settled = new ArrayList<>(0);
    }
    actions.forEach(Runnable::run);
  }
}
