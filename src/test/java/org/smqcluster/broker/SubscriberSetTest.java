package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.Packet.Publish;

/** The set that publishers walk while it changes. */
class SubscriberSetTest {

  private final SubscriberSet set = new SubscriberSet();

  private record NoReceiver(int id) implements Receiver {

    @Override
    public Outbox.Offer deliver(Publish message) {
      return Outbox.Offer.ACCEPTED;
    }

    @Override
    public Outbox outbox() {
      return null;
    }
  }

  private static Subscription subscription(int id) {
    return new Subscription(new NoReceiver(id), true);
  }

  private List<Subscription> walk() {
    List<Subscription> met = new ArrayList<>();
    set.walk(met::add);
    return met;
  }

  @Test
  void aWalkMeetsExactlyWhatIsThere() {
    Random random = new Random(1);
    Set<Subscription> expected = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Subscription> all = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      // grows at first, shrinks later
      boolean add = random.nextInt(20_000) > step || all.isEmpty();
      if (add) {
        Subscription fresh = subscription(step);
        set.add(fresh);
        expected.add(fresh);
        all.add(fresh);
      } else {
        int at = random.nextInt(all.size());
        Subscription gone = all.set(at, all.get(all.size() - 1));
        all.remove(all.size() - 1);
        expected.remove(gone);
        set.remove(gone);
      }
      assertEquals(expected.size(), set.size());
      if (step % 97 == 0) {
        List<Subscription> met = walk();
        assertEquals(expected.size(), met.size());
        assertTrue(expected.containsAll(met));
      }
    }
  }

  @Test
  void aReceiverThatSubscribesAgainDuringAWalkIsMetOnce() {
    Subscription first = subscription(0);
    set.add(first);
    for (int i = 1; i < 10; i++) {
      set.add(subscription(i));
    }
    List<Integer> met = new ArrayList<>();
    set.walk(
        subscription -> {
          int id = ((NoReceiver) subscription.receiver).id();
          met.add(id);
          if (id == 0) {
            set.remove(first);
            set.add(subscription(100));
            set.add(subscription(0));
          }
        });
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), met);
  }

  @Test
  void aReceiverThatStaysIsMetByEveryWalkWhateverComesAndGoes() throws InterruptedException {
    Set<Integer> staying = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      set.add(subscription(i));
      staying.add(i);
    }
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread changer =
        new Thread(
            () -> {
              Random random = new Random(2);
              List<Subscription> visitors = new ArrayList<>();
              while (!stop.get()) {
                boolean add = visitors.size() < random.nextInt(500);
                if (add) {
                  Subscription visitor = subscription(1000 + visitors.size());
                  set.add(visitor);
                  visitors.add(visitor);
                } else if (!visitors.isEmpty()) {
                  set.remove(visitors.remove(random.nextInt(visitors.size())));
                }
              }
            });
    changer.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
    changer.start();
    for (int i = 0; i < 20_000; i++) {
      List<Integer> met = new ArrayList<>();
      Set<Subscription> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
      set.walk(
          subscription -> {
            assertTrue(distinct.add(subscription), "met twice");
            int id = ((NoReceiver) subscription.receiver).id();
            if (id < 1000) {
              met.add(id);
            }
          });
      assertEquals(staying.size(), met.size());
    }
    stop.set(true);
    changer.join();
    assertEquals(null, failure.get());
  }
}
