package org.smqcluster.broker;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.smqcluster.broker.ParkedNodes.Life;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/**
 * Clients that publish to each other, and are let go or lose their connections again and again and
 * come to other nodes, while nodes stop and die and are started again, by a schedule that a seed
 * decides. {@link Deliveries} judges what they got.
 */
final class MovingClients {

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int STAY_MILLIS = 400;

  /** Longer than a client takes from one node to another, also on a busy machine. */
  private static final Duration LONGEST_MOVE = Duration.ofSeconds(4);

  private static final int ETID_STREAM = 0;

  private final ParkedNodes nodes;
  private final String name;
  private final long seed;
  private final int count;
  private final int topics;
  private final Deliveries deliveries;
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch ready;
  private final CountDownLatch ended;
  private final int[] etids;
  private final int[] tids;

  /** Of each client, the node where it is settled. */
  private final Map<Integer, Life> homes = new ConcurrentHashMap<>();

  private volatile boolean moving = true;
  private final AtomicInteger moves = new AtomicInteger();
  private final AtomicLong longestMove = new AtomicLong();
  private int stops;
  private int deaths;

  MovingClients(ParkedNodes nodes, long seed, int count, int topics) {
    this.nodes = nodes;
    this.name = "moving-seed-" + seed;
    this.seed = seed;
    this.count = count;
    this.topics = topics;
    this.deliveries = new Deliveries(count, topics);
    this.ready = new CountDownLatch(count);
    this.ended = new CountDownLatch(count);
    this.etids = new int[count];
    this.tids = new int[topics];
  }

  /** Lets them move for so long; returns what went wrong. */
  List<String> run(Duration time) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        MovingClient client = new MovingClient(i);
        clients.add(
            threads.submit(
                () -> {
                  client.run();
                  return null;
                }));
      }
      letNodesComeAndGo(System.nanoTime() + time.toNanos());
      moving = false;
      for (Future<?> each : clients) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    faults.addAll(deliveries.faults());
    return List.copyOf(faults);
  }

  private void letNodesComeAndGo(long end) throws Exception {
    Random random = new Random(seed);
    Await.until("all clients to come", ParkedNodes.PATIENCE, () -> ready.getCount() == 0);
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(2_000));
      int node = 1 + random.nextInt(nodes.lives().size());
      Life life = nodes.life(node);
      if (random.nextBoolean()) {
        nodes.stop(node);
        stops++;
      } else {
        long begins = System.nanoTime();
        nodes.killNow(node);
        deliveries.died(life, begins, System.nanoTime());
        deaths++;
      }
      // what is published on a node that joins before they are back is not kept for them
      Await.until(
          "all clients to be back",
          ParkedNodes.PATIENCE,
          () -> homes.size() == count && !homes.containsValue(life));
      nodes.start(node);
    }
  }

  long messages() {
    return deliveries.messages();
  }

  /** Messages that a death explains; after {@link #run}. */
  long lost() {
    return deliveries.lost();
  }

  String summary() {
    return "seed %d: %d moves, %d stops, %d deaths, %d messages, %d lost by deaths, longest move %d ms"
        .formatted(
            seed,
            moves.get(),
            stops,
            deaths,
            messages(),
            lost(),
            TimeUnit.NANOSECONDS.toMillis(longestMove.get()));
  }

  private final class MovingClient {

    private final int index;
    private final Random random;
    private final Deliveries.Party party;
    private Life life;
    private TestClient client;
    private int subacks;
    private long came;
    private Map<Integer, Integer> streams = Map.of();

    private MovingClient(int index) {
      this.index = index;
      this.random = new Random(seed * 1000 + index);
      this.party = deliveries.party(index);
    }

    private void run() throws InterruptedException {
      come();
      etids[index] = client.etid();
      for (int topic = 0; topic < topics; topic++) {
        tids[topic] = ParkedNodes.subscribe(client, topic(topic));
      }
      settled();
      ready.countDown();
      ready.await();
      streams = streams();
      while (moving) {
        stay();
        leave();
        long left = System.nanoTime();
        comeElsewhere();
        long took = System.nanoTime() - left;
        longestMove.accumulateAndGet(took, Math::max);
        if (took > LONGEST_MOVE.toNanos()) {
          faults.add("client %d took %d ms to %s".formatted(index, took / 1_000_000, life));
        }
        subscribe();
        moves.incrementAndGet();
      }
      publish();
      ended.countDown();
      ended.await();
      awaitTheLast();
      party.stayed(life, came, System.nanoTime());
    }

    private void awaitTheLast() {
      try {
        Await.until(
            "the last messages",
            ParkedNodes.PATIENCE,
            () -> {
              read();
              return party.isComplete();
            });
      } catch (AssertionError e) {
        faults.add("client %d: %s".formatted(index, e.getMessage()));
      }
    }

    private Map<Integer, Integer> streams() {
      Map<Integer, Integer> byId = new HashMap<>();
      byId.put(etids[index], ETID_STREAM);
      IntStream.range(0, topics).forEach(topic -> byId.put(tids[topic], topic + 1));
      return byId;
    }

    // ---- from node to node

    private void come() {
      do {
        life = nodes.life(1 + random.nextInt(nodes.lives().size()));
        came = System.nanoTime();
      } while (life.isLeaving || !isAccepted());
    }

    private boolean isAccepted() {
      Life to = life;
      TestClient coming = new TestClient(to.broker, Transport.RAW).connect(name + "-" + index);
      Await.until("a Connack of " + to, ParkedNodes.PATIENCE, () -> coming.has() || to.isDead);
      if (!to.isDead && coming.next(Packet.Connack.class).etid() != 0) {
        client = coming;
        return true;
      }
      party.stayed(to, came, System.nanoTime());
      return false;
    }

    private void comeElsewhere() {
      come();
      if (client.etid() != etids[index]) {
        faults.add(
            "client %d had ETID %d and got %d on %s"
                .formatted(index, etids[index], client.etid(), life));
        etids[index] = client.etid();
        streams = streams();
      }
    }

    private void subscribe() {
      subacks = 0;
      List<Integer> order = new ArrayList<>();
      IntStream.range(0, topics).forEach(order::add);
      Collections.shuffle(order, random);
      for (int topic : order) {
        client.send(new Packet.Subscribe(topic(topic)));
        if (random.nextInt(3) == 0) {
          read();
          LockSupport.parkNanos(PAUSE_NANOS * random.nextInt(3));
        }
      }
    }

    private void stay() {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(STAY_MILLIS));
      while (System.nanoTime() < until && !isOver()) {
        read();
        publish();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }

    /** Whether its node has ended the connection, or has died. */
    private boolean isOver() {
      return life.isDead || client.connection.closed() != null;
    }

    private void leave() {
      long left = System.nanoTime();
      if (!isOver() && random.nextInt(3) == 0) {
        client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
      } else if (!life.isDead) {
        client.session.letGo();
        // what it publishes until it knows counts
        while (!isOver() || random.nextBoolean()) {
          publish();
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (random.nextBoolean()) {
          read();
        }
      }
      if (!life.isDead) {
        client.readBefore().forEach(this::received);
        client.session.flushed();
      }
      party.stayed(life, came, left);
      homes.remove(index);
    }

    // ---- messages

    private void publish() {
      int number = party.next(life);
      byte[] payload = ByteBuffer.allocate(8).putInt(index).putInt(number).array();
      for (int tid : tids) {
        client.publish(tid, payload);
      }
      for (int etid : etids) {
        client.publish(etid, payload);
      }
      while (client.connection.paused && !isOver()) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }

    private void read() {
      client.all().forEach(this::received);
    }

    private void received(Packet packet) {
      if (packet instanceof Packet.Publish publish) {
        ByteBuffer payload = ByteBuffer.wrap(publish.payload());
        party.received(payload.getInt(), streams.get(publish.tid()), payload.getInt());
      } else if (packet instanceof Packet.Suback) {
        subacks++;
        if (subacks == topics) {
          settled();
        }
      }
    }

    private void settled() {
      party.settled();
      homes.put(index, life);
    }

    private String topic(int topic) {
      return "/" + name + "/" + topic;
    }
  }
}
