package org.smqcluster.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Transport;
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

  /** The node that dies on the way; 0 for none. */
  private final int doomed;

  /** Messages that were not received, which only a death may cause. */
  private final AtomicLong lost = new AtomicLong();

  private volatile boolean isDead;
  private volatile boolean moving = true;
  private volatile boolean publishing = true;

  /** The last number of each publisher to each id; complete once they have ended. */
  private final Map<String, Integer> published = Collections.synchronizedMap(new HashMap<>());

  private final CountDownLatch ended;
  private int moves;
  private long messages;

  MovingClients(ParkedNodes nodes, long seed, int count, int topics) {
    this(nodes, seed, count, topics, 0);
  }

  MovingClients(ParkedNodes nodes, long seed, int count, int topics, int doomed) {
    this.doomed = doomed;
    this.nodes = nodes;
    this.name = "moving-seed-" + seed;
    this.seed = seed;
    this.count = count;
    this.topics = topics;
    this.ready = new CountDownLatch(count);
    this.ended = new CountDownLatch(nodes.brokers().size() + count - (doomed == 0 ? 0 : 1));
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
        if (node != doomed) {
          work.add(threads.start(() -> publish(at)));
        }
      }
      start.countDown();
      Thread.sleep(millis / 2);
      if (doomed > 0) {
        isDead = true;
        nodes.kill(doomed);
      }
      Thread.sleep(millis / 2);
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

  long lost() {
    return lost.get();
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

  private void missed(String what) {
    if (!isDead) {
      faults.add(what);
    }
  }

  private boolean isDead(int node) {
    return node == doomed && isDead;
  }

  private int next(Random random) {
    int node = 1 + random.nextInt(nodes.brokers().size());
    return isDead(node) ? next(random) : node;
  }

  /** Connects; null if the node dies before the Connack. */
  private TestClient connect(int node, int index) {
    TestClient client = new TestClient(nodes.broker(node), Transport.RAW);
    client.connect(name + "-" + index);
    Await.until("a Connack or the death", ParkedNodes.PATIENCE, () -> client.has() || isDead(node));
    if (isDead(node)) {
      return null;
    }
    client.next(Packet.Connack.class);
    return client;
  }

  private void move(int index, Random random) throws InterruptedException {
    Account account = new Account(index);
    int node = next(random);
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
      while (System.nanoTime() < until && !isDead(node)) {
        account.read(client);
        publish(client, number++);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      if (isDead(node)) {
        // it has no connection any more
      } else if (random.nextInt(3) == 0) {
        client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
      } else {
        client.session.letGo();
        // what it publishes until it knows counts
        TestClient old = client;
        while ((old.connection.closed() == null || random.nextBoolean()) && !isDead(node)) {
          publish(old, number++);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (random.nextBoolean()) {
          account.read(client);
        }
      }
      account.read(client, client.readBefore());
      client.session.flushed();
      int from = node;
      do {
        node = next(random);
        client = connect(node, index);
      } while (isDead(node));
      if (client.etid() != etids[index] && !isDead) {
        faults.add(
            "%s got another ETID at %d, from %d".formatted(client.session.uid(), node, from));
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
    publish(client, number);
    published.put(Integer.toString(client.etid()), number);
    ended.countDown();
    ended.await();
    TestClient last = client;
    // a node of this process that is cut off may still take what it does not pass on
    Duration patience = isDead ? Duration.ofSeconds(1) : ParkedNodes.PATIENCE;
    try {
      Await.until(
          "the last messages",
          patience,
          () -> {
            account.read(last);
            return account.isComplete();
          });
    } catch (AssertionError e) {
      missed(
          last.session.uid()
              + " misses the last: "
              + account.missing()
              + " "
              + List.of(last.session.subscriptions().length, last.connection.closes));
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
          if (number > expected && isDead) {
            lost.addAndGet(number - expected);
          } else if (number != expected) {
            faults.add(
                "%s got %d for %d of %s".formatted(client.session.uid(), number, expected, stream));
          }
          last.put(stream, number);
        }
      }
    }

    boolean isComplete() {
      return missing().isEmpty();
    }

    /** The streams whose last number has not come. */
    private List<String> missing() {
      List<String> missing = new ArrayList<>();
      published.forEach(
          (publisher, number) -> {
            for (int id :
                IntStream.concat(IntStream.of(tids), IntStream.of(etids[index])).toArray()) {
              int got = last.getOrDefault(publisher + ">" + id, -1);
              if (got < number) {
                missing.add("%s>%d: %d of %d".formatted(publisher, id, got, number));
              }
            }
          });
      return missing;
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
