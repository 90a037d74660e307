package org.smqcluster.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/**
 * Clients that are let go or lose their connections again and again and come to other nodes, by a
 * schedule that a seed decides, while publishers on all nodes number their messages. Each client
 * checks every publisher's numbers, for each topic and for its ETID: nothing lost, nothing twice,
 * nothing out of order.
 */
final class MovingClients {

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final ParkedNodes nodes;
  private final String name;
  private final long seed;
  private final int count;
  private final int topics;
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch ready;
  private final CountDownLatch start = new CountDownLatch(1);
  private final int[] etids;
  private volatile int[] tids;
  private volatile boolean moving = true;
  private volatile boolean publishing = true;

  /** The last number of each publisher to each id; complete once they have ended. */
  private final Map<String, Integer> published = Collections.synchronizedMap(new HashMap<>());

  private final CountDownLatch ended;
  private int moves;
  private long messages;

  MovingClients(ParkedNodes nodes, long seed, int count, int topics) {
    this.nodes = nodes;
    this.name = "moving-seed-" + seed;
    this.seed = seed;
    this.count = count;
    this.topics = topics;
    this.ready = new CountDownLatch(count);
    this.ended = new CountDownLatch(nodes.brokers().size() + count);
    this.etids = new int[count];
    this.tids = new int[topics];
  }

  /** Lets them move for so long; returns what went wrong. */
  List<String> run(long millis) throws Exception {
    try (var threads = new Threads()) {
      List<CompletableFuture<Void>> work = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        work.add(threads.start(() -> move(index, new Random(seed * 1000 + index))));
      }
      if (!ready.await(20, TimeUnit.SECONDS)) {
        return List.of("not all clients came");
      }
      for (int node = 1; node <= nodes.brokers().size(); node++) {
        int at = node;
        work.add(threads.start(() -> publish(at)));
      }
      start.countDown();
      Thread.sleep(millis);
      moving = false;
      Thread.sleep(100);
      publishing = false;
      for (CompletableFuture<Void> each : work) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    return List.copyOf(faults);
  }

  synchronized int moves() {
    return moves;
  }

  synchronized long messages() {
    return messages;
  }

  private void publish(TestClient publisher, int number) {
    for (int tid : tids) {
      publisher.publish(tid, Integer.toString(number));
    }
    for (int etid : etids) {
      publisher.publish(etid, Integer.toString(number));
    }
  }

  private void publish(int node) {
    TestClient publisher = nodes.connect(node, name + "-publisher-" + node);
    int number = 0;
    while (publishing) {
      publish(publisher, number++);
      do {
        LockSupport.parkNanos(PAUSE_NANOS);
      } while (publisher.connection.paused);
    }
    published.put(Integer.toString(publisher.etid()), number - 1);
    ended.countDown();
  }

  private void move(int index, Random random) throws InterruptedException {
    Account account = new Account(index);
    int node = 1 + random.nextInt(nodes.brokers().size());
    TestClient client = nodes.connect(node, name + "-" + index);
    etids[index] = client.etid();
    for (int topic = 0; topic < topics; topic++) {
      client.send(new Packet.Subscribe("/" + name + "/" + topic));
      tids[topic] = ParkedNodes.await(client, Packet.Suback.class).tid();
    }
    ready.countDown();
    start.await();
    int number = 0;
    while (moving) {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(150));
      while (System.nanoTime() < until) {
        account.read(client);
        publish(client, number++);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      if (random.nextInt(3) == 0) {
        client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
      } else {
        client.session.move().letGo();
        // what it publishes until it knows counts
        TestClient old = client;
        while (old.connection.closed() == null || random.nextBoolean()) {
          publish(old, number++);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (random.nextBoolean()) {
          account.read(client);
        }
      }
      account.read(client, client.readBefore());
      client.session.flushed();
      node = 1 + random.nextInt(nodes.brokers().size());
      client = nodes.connect(node, name + "-" + index);
      if (client.etid() != etids[index]) {
        faults.add(client.session.uid() + " got another ETID");
      }
      List<Integer> order = new ArrayList<>();
      for (int topic = 0; topic < topics; topic++) {
        order.add(topic);
      }
      Collections.shuffle(order, random);
      for (int topic : order) {
        client.send(new Packet.Subscribe("/" + name + "/" + topic));
        if (random.nextInt(3) == 0) {
          account.read(client);
          LockSupport.parkNanos(PAUSE_NANOS * random.nextInt(20));
        }
      }
      synchronized (this) {
        moves++;
      }
    }
    published.put(Integer.toString(client.etid()), number - 1);
    ended.countDown();
    ended.await();
    TestClient last = client;
    try {
      Await.until(
          "the last messages",
          ParkedNodes.PATIENCE,
          () -> {
            account.read(last);
            return account.isComplete();
          });
    } catch (AssertionError e) {
      faults.add(
          last.session.uid()
              + " misses the last: "
              + account.last
              + " "
              + List.of(
                  last.session.subscriptions().length,
                  last.session.toString(),
                  last.connection.closes));
    }
    synchronized (this) {
      messages += account.messages;
    }
  }

  /** What one client got. */
  private final class Account {

    private final int index;
    private final Map<String, Integer> last = new HashMap<>();
    private long messages;

    Account(int index) {
      this.index = index;
    }

    void read(TestClient client) {
      read(client, client.all());
    }

    void read(TestClient client, List<Packet> packets) {
      for (Packet packet : packets) {
        if (packet instanceof Packet.Publish publish) {
          messages++;
          int number = Integer.parseInt(new String(publish.payload(), StandardCharsets.UTF_8));
          String stream = publish.ptid() + ">" + publish.tid();
          int expected = last.getOrDefault(stream, -1) + 1;
          if (number != expected) {
            faults.add(
                "%s got %d for %d of %s".formatted(client.session.uid(), number, expected, stream));
          }
          last.put(stream, number);
        }
      }
    }

    boolean isComplete() {
      return published.entrySet().stream()
          .allMatch(
              each -> {
                for (int tid : tids) {
                  if (last.getOrDefault(each.getKey() + ">" + tid, -1) < each.getValue()) {
                    return false;
                  }
                }
                return last.getOrDefault(each.getKey() + ">" + etids[index], -1) >= each.getValue();
              });
    }
  }

  private interface Work {

    void run() throws Exception;
  }

  private static final class Threads implements AutoCloseable {

    private final java.util.concurrent.ExecutorService pool = Executors.newCachedThreadPool();

    CompletableFuture<Void> start(Work work) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      pool.execute(
          () -> {
            try {
              work.run();
              done.complete(null);
            } catch (Throwable e) {
              done.completeExceptionally(e);
            }
          });
      return done;
    }

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }
}
