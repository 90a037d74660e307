package org.smqcluster.client.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.command.BenchPlan.Mode;

/** One benchmark, from its clients' connections to its figures. */
final class BenchRun implements AutoCloseable {

  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SETTLE_MILLIS = 100;
  private static final int SETTLED_AFTER = 10;

  /** Takes a client's messages, on its event thread. Its latencies are read when all is over. */
  private final class Receiver {

    final Histogram latencies = new Histogram();

    /** Measured messages so far. Any thread. */
    volatile long received;

    void take(Message message) {
      long now = System.nanoTime();
      BenchMessage content = BenchMessage.of(message.payload());
      if (clock.isMeasured(content.due())) {
        latencies.record(now - content.due());
        received = latencies.total();
      }
      sources.get(content.source()).received(content);
    }
  }

  private final BenchPlan plan;
  private final BenchClock clock = new BenchClock();
  private final List<SmqClient> clients = new ArrayList<>();
  private final List<BenchSource> sources = new CopyOnWriteArrayList<>();
  private final List<Receiver> receivers = new ArrayList<>();

  /**
   * Connects all clients and subscribes.
   *
   * @param start starts a client of which the addresses begin with the n-th
   * @param await waits for its first connection
   */
  BenchRun(BenchPlan plan, IntFunction<SmqClient> start, Consumer<SmqClient> await) {
    this.plan = plan;
    for (int i = 0; i < plan.publishers(); i++) {
      clients.add(start.apply(i));
    }
    for (int i = 0; i < plan.receivers(); i++) {
      clients.add(start.apply(plan.across() ? i + 1 : i));
    }
    try {
      clients.forEach(await);
      if (plan.mode() == Mode.DIRECT) {
        useEtids();
      } else {
        useTopics();
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private SmqClient publisher(int i) {
    return clients.get(i);
  }

  private SmqClient receiver(int i) {
    return clients.get(plan.publishers() + i);
  }

  private Receiver newReceiver() {
    Receiver receiver = new Receiver();
    receivers.add(receiver);
    return receiver;
  }

  private void source(int i, int destination) {
    sources.add(new BenchSource(i, publisher(i), destination, plan, clock));
  }

  /** One topic for all, or one for each pair. */
  private void useTopics() {
    boolean one = plan.mode() == Mode.FANOUT;
    List<CompletableFuture<Integer>> tids = new ArrayList<>();
    for (int i = 0; i < plan.receivers(); i++) {
      String topic = "/bench/" + publisher(one ? 0 : i).uid();
      tids.add(receiver(i).subscribe(topic, newReceiver()::take).toCompletableFuture());
    }
    tids.forEach(CompletableFuture::join);
    for (int i = 0; i < plan.publishers(); i++) {
      source(i, tids.get(one ? 0 : i).join());
    }
  }

  private void useEtids() {
    for (int i = 0; i < plan.publishers(); i++) {
      SmqClient responder = receiver(i);
      responder.subscribeDirect(message -> responder.reply(message, message.payload()));
      publisher(i).subscribeDirect(newReceiver()::take);
      source(i, responder.etid());
    }
  }

  /** Warms up, measures, and waits for what is still on its way. */
  BenchReport measure() throws InterruptedException {
    long start = System.nanoTime();
    long warm = start + plan.warmup().toNanos();
    long end = warm + plan.duration().toNanos();
    if (plan.window() > 0) {
      sources.forEach(BenchSource::fill);
      watch(warm);
      clock.startMeasuring();
      watch(end);
    } else {
      pace(start, warm, end);
    }
    clock.stop();
    settle();
    Histogram latencies = new Histogram();
    receivers.forEach(receiver -> latencies.add(receiver.latencies));
    long sent = sources.stream().mapToLong(BenchSource::sent).sum();
    return new BenchReport(
        plan, clock.seconds(), sent, sent * plan.receiversPerMessage(), latencies);
  }

  /** Lets windows work until a time, and revives those that lost messages. */
  private void watch(long until) throws InterruptedException {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, STALL_NANOS));
      if (until - System.nanoTime() > 0) {
        sources.forEach(BenchSource::reviveIfStalled);
      }
    }
  }

  /** Sends at the planned rate whatever comes back; what is late counts from when it was due. */
  private void pace(long start, long warm, long end) {
    double interval = 1e9 / plan.rate();
    boolean measuring = false;
    for (long i = 0; ; i++) {
      long due = start + (long) (i * interval);
      if (due >= end) {
        return;
      }
      if (!measuring && due >= warm) {
        clock.startMeasuring();
        measuring = true;
      }
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      sources.get((int) (i % sources.size())).send(due);
    }
  }

  /** Waits until no more messages come for a second. */
  private void settle() throws InterruptedException {
    long seen = -1;
    for (int quiet = 0; quiet < SETTLED_AFTER; quiet++) {
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
      long now = receivers.stream().mapToLong(receiver -> receiver.received).sum();
      if (now != seen) {
        quiet = 0;
      }
      seen = now;
    }
  }

  /** Ends all clients. */
  @Override
  public void close() {
    clients.parallelStream().forEach(SmqClient::close);
  }
}
