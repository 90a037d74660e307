package org.smqcluster.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.client.command.Histogram;

/**
 * One workload. A single thread reads all connections in turn and, with a window, answers with what
 * is to be sent next: so nothing is locked, nothing is handed over, and what comes together leaves
 * together. At a rate, a {@link Pacer} sends.
 */
final class LoadRun {

  private static final int BUFFER = 256 * 1024;
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** Clients that connect and subscribe at a time. */
  private static final int AT_A_TIME = 32;

  private final Workload workload;
  private final List<Integer> ports;
  private final String uidPrefix = "bench-" + ProcessHandle.current().pid() + "-";
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
  private final Histogram latencies = new Histogram();
  private final Sender sender = new Sender();
  private final Sender answers;
  private final AtomicInteger uids = new AtomicInteger();
  private final List<LoadConnection> connections = new ArrayList<>();
  private final List<LoadConnection> receivers = new ArrayList<>();
  private final List<LoadConnection> responders = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();

  /**
   * Connects all clients and subscribes.
   *
   * @param ports of the brokers; receivers of a workload across nodes are on the second
   */
  LoadRun(Workload workload, List<Integer> ports) throws IOException {
    this.workload = workload;
    this.ports = ports;
    this.answers = workload.window() > 0 ? sender : new Sender();
    switch (workload.mode()) {
      case FANOUT -> fanout();
      case PAIRS -> pairs();
      case DIRECT -> direct();
    }
  }

  private LoadConnection connect(boolean receiver) throws IOException {
    int port = ports.get(receiver && workload.across() ? 1 : 0);
    LoadConnection connection =
        workload.protocol().connect(port, uidPrefix + uids.incrementAndGet());
    synchronized (connections) {
      connections.add(connection);
    }
    return connection;
  }

  private void fanout() throws IOException {
    LoadConnection publisher = connect(false);
    each(
        workload.clients(),
        i -> {
          LoadConnection receiver = connect(true);
          int destination = receiver.subscribe(0);
          return () -> {
            receivers.add(receiver);
            if (sources.isEmpty()) {
              sources.add(new Source(publisher, destination, workload, sender));
            }
          };
        });
  }

  private void pairs() throws IOException {
    each(
        workload.clients(),
        i -> {
          LoadConnection publisher = connect(false);
          LoadConnection receiver = connect(true);
          int destination = receiver.subscribe(i);
          return () -> {
            receivers.add(receiver);
            sources.add(new Source(publisher, destination, workload, sender));
          };
        });
  }

  private void direct() throws IOException {
    each(
        workload.clients(),
        i -> {
          LoadConnection asker = connect(false);
          LoadConnection responder = connect(true);
          int back = asker.address(2 * i);
          int there = responder.address(2 * i + 1);
          return () -> {
            responder.receiver((question, at, now) -> answer(responder, back, question, at));
            responders.add(responder);
            receivers.add(asker);
            sources.add(new Source(asker, there, workload, sender));
          };
        });
  }

  /** Connects what has a number; the rest of it is done by one thread. */
  private interface Client {
    Runnable connect(int number) throws IOException;
  }

  /** Some at a time: a broker may take a fifth of a second for each. */
  private static void each(int count, Client client) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      List<Callable<Runnable>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(() -> client.connect(number));
      }
      for (Future<Runnable> each : threads.invokeAll(all)) {
        each.get().run();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    } finally {
      threads.shutdown();
    }
  }

  private void answer(LoadConnection responder, int back, ByteBuffer question, int at) {
    responder.publish(
        back, workload.bytes(), question.getLong(at), question.getLong(at + Long.BYTES));
    answers.add(responder);
  }

  /**
   * Warms up, measures, and waits for what is still on its way.
   *
   * @param brokers whose processor time counts
   */
  Figures measure(int warmUpSeconds, int seconds, List<WatchedProcess> brokers)
      throws IOException, InterruptedException {
    Phases phases = Phases.fromNow(warmUpSeconds, seconds);
    WatchedProcess self = new WatchedProcess(ProcessHandle.current().pid());
    try (Selector selector = Selector.open()) {
      for (LoadConnection connection : connections) {
        connection.start(selector);
      }
      sources.forEach(source -> source.phases(phases));
      for (int i = 0; i < receivers.size(); i++) {
        receivers.get(i).receiver(new Sink(sources.get(i % sources.size()), phases, latencies));
      }
      Pacer pacer = new Pacer(sources, sender, phases, Math.max(1, workload.rate()));
      if (workload.window() > 0) {
        sources.forEach(Source::fill);
        sender.flushOrSelect();
      } else {
        pacer.start();
      }
      loop(selector, phases.warm());
      double brokersBefore = WatchedProcess.cpuSeconds(brokers);
      double selfBefore = self.cpuSeconds();
      loop(selector, phases.end());
      double brokersCpu = WatchedProcess.cpuSeconds(brokers) - brokersBefore;
      double selfCpu = self.cpuSeconds() - selfBefore;
      if (workload.window() == 0) {
        pacer.finish();
      }
      settle(selector);
      return Figures.of(latencies, phases.seconds(), expected(), brokersCpu, selfCpu);
    } finally {
      for (LoadConnection connection : connections) {
        connection.close();
      }
    }
  }

  private long expected() {
    return sources.stream().mapToLong(Source::sent).sum() * workload.receiversPerMessage();
  }

  private void loop(Selector selector, long until) throws IOException {
    long check = System.nanoTime() + STALL_NANOS;
    for (long now = System.nanoTime(); now - until < 0; now = System.nanoTime()) {
      if (now - check >= 0) {
        check = now + STALL_NANOS;
        long then = now;
        if (workload.window() > 0) {
          sources.forEach(source -> source.reviveIfStalled(then));
        }
      }
      long left = Math.min(until, check) - now;
      selector.select(this::ready, 1 + TimeUnit.NANOSECONDS.toMillis(left));
      answers.flushOrSelect();
    }
  }

  private void ready(SelectionKey key) {
    LoadConnection connection = (LoadConnection) key.attachment();
    try {
      if (key.isReadable()) {
        connection.read(in);
      }
      if (key.isWritable()) {
        answers.add(connection);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until nothing has come for a while. */
  private void settle(Selector selector) throws IOException {
    long seen = -1;
    while (seen != latencies.total()) {
      seen = latencies.total();
      loop(selector, System.nanoTime() + SETTLED_NANOS);
    }
  }
}
