package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/** A client that comes, and another node that has its session parked. */
class SessionSearchTest {

  private static final String UID = "device-1";
  private static final int ETID = 0x4000_0001;
  private static final int TID = 7;

  /** Another node that has the client's session parked. */
  private static class OtherNode extends ForwardingCluster {

    private final Queue<byte[]> parts;
    private final AtomicInteger opened = new AtomicInteger();

    /**
     * @param parts answers to questions for messages, in turn; then it is gone
     */
    private OtherNode(Cluster inner, byte[]... parts) {
      super(inner);
      this.parts = new ArrayDeque<>(List.of(parts));
    }

    @Override
    public Optional<ClientEntry> client(String uid) {
      return Optional.of(
          new ClientEntry(UID, ETID, "node2", 1, 1, "127.0.0.1", Transport.RAW, "").asParked());
    }

    @Override
    public CompletionStage<byte[]> ask(String node, byte[] question) {
      if (!Handover.read(question).isTake()) {
        opened.incrementAndGet();
        return open();
      }
      return parts.isEmpty()
          ? CompletableFuture.failedStage(new IllegalStateException("node2 is gone"))
          : CompletableFuture.completedStage(parts.remove());
    }

    CompletionStage<byte[]> open() {
      return CompletableFuture.completedStage(Handover.topics(List.of(TID)));
    }
  }

  /** A node that stops leaves once its last part is given, and its last answer may be lost. */
  @Test
  void whatHasComeIsDeliveredWhenTheOtherNodeLeavesBeforeItsLastAnswer() {
    byte[] part = Handover.messages(List.of(Packet.Publish.of(ETID, 7, 0, new byte[] {'m'})));
    BrokerRig rig = BrokerRig.start(BrokerSettings.DEFAULT, inner -> new OtherNode(inner, part));
    TestClient client = new TestClient(rig.broker, Transport.RAW).connect(UID);
    assertEquals(ETID, client.next(Packet.Connack.class).etid());
    assertEquals("m", client.nextMessage());
  }

  @Test
  void aClientOfWhichOtherNodesWroteWhatCannotBeReadStartsAnewAtOnce() {
    BrokerRig rig =
        BrokerRig.start(
            BrokerSettings.DEFAULT,
            inner ->
                new ForwardingCluster(inner) {
                  @Override
                  public Optional<Orphan> orphan(String uid) {
                    throw new IllegalStateException("a client's session");
                  }
                });
    rig.connected(UID);
  }

  /** It answers that it cannot, which is no sign that it will be gone soon. */
  @Test
  void aClientStartsAnewSoonWhereItsNodeIsThereAndFailsToAnswer() {
    AtomicReference<OtherNode> other = new AtomicReference<>();
    BrokerRig rig =
        BrokerRig.start(
            BrokerSettings.DEFAULT,
            inner -> {
              other.set(
                  new OtherNode(inner) {
                    @Override
                    CompletionStage<byte[]> open() {
                      return CompletableFuture.failedStage(new IllegalStateException("cannot"));
                    }
                  });
              return other.get();
            });
    TestClient client = new TestClient(rig.broker, Transport.RAW).connect(UID);
    Await.until("the Connack", Duration.ofSeconds(10), client::has);
    assertEquals(ConnackCode.ACCEPTED, client.next(Packet.Connack.class).code());
    assertTrue(other.get().opened.get() > 1, "one that has died a moment ago fails, too");
  }

  @Test
  void aSessionThatCannotBeReceivedHereLeavesNothingBehind() {
    BrokerRig rig =
        BrokerRig.start(
            BrokerSettings.DEFAULT,
            inner ->
                new OtherNode(inner) {
                  @Override
                  public CompletionStage<Void> announceInterest(int tid, int subscribers) {
                    return CompletableFuture.failedStage(new IllegalStateException("no answer"));
                  }
                });
    TestClient client = rig.connected(UID);
    client.session.disconnect(CloseReason.CLIENT_DISCONNECT);
    assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
  }

  /**
   * A cluster of one node that knows parked clients, and stops one thread that asks it for that.
   */
  private static final class StoppingCluster extends ForwardingCluster {

    private final Map<String, ClientEntry> clients = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> goesOn = new CompletableFuture<>();
    private volatile Thread stopped;

    private StoppingCluster(Cluster inner) {
      super(inner);
    }

    @Override
    public CompletionStage<ClientEntry> register(ClientEntry candidate, Optional<String> user) {
      return super.register(candidate, user)
          .whenComplete((entry, failure) -> clients.put(entry.uid(), entry));
    }

    @Override
    public Optional<ClientEntry> client(String uid) {
      return Optional.ofNullable(clients.get(uid));
    }

    @Override
    public boolean knowsParked() {
      if (Thread.currentThread() == stopped) {
        goesOn.join();
      }
      return true;
    }

    @Override
    public CompletionStage<ClientEntry> park(ClientEntry entry) {
      clients.put(entry.uid(), entry.asParked());
      return CompletableFuture.completedStage(entry.asParked());
    }
  }

  private static BrokerRig parkingRig(AtomicReference<StoppingCluster> cluster) {
    BrokerSettings base = BrokerSettings.DEFAULT;
    BrokerSettings.Timeouts times = base.timeouts();
    BrokerSettings parking =
        new BrokerSettings(
            base.limits(),
            new BrokerSettings.Timeouts(
                times.handshake(), times.idle(), times.pong(), times.grace(), times.grace()),
            base.outbox(),
            base.observeScope());
    return BrokerRig.start(
        parking,
        inner -> {
          cluster.set(new StoppingCluster(inner));
          return cluster.get();
        });
  }

  @Test
  void aClientThatIsBackWhileItsOldConnectionEndsWaitsUntilItIsParked() throws Exception {
    AtomicReference<StoppingCluster> cluster = new AtomicReference<>();
    BrokerRig rig = parkingRig(cluster);
    TestClient old = rig.connected(UID);
    rig.connected("publisher").publish(old.etid(), new byte[] {'m'});
    Thread ending = new Thread(() -> old.session.connectionLost(CloseReason.CONNECTION_LOST, ""));
    cluster.get().stopped = ending;
    ending.start();
    Await.until(
        "the end of the old connection to begin",
        Duration.ofSeconds(10),
        () -> ending.getState() == Thread.State.WAITING);

    TestClient back = new TestClient(rig.broker, Transport.RAW).connect(UID);
    assertFalse(back.has(), "a Connack without the session");
    cluster.get().goesOn.complete(null);
    ending.join();
    old.session.flushed();
    Await.until("the Connack", Duration.ofSeconds(10), back::has);
    assertEquals(old.etid(), back.next(Packet.Connack.class).etid());
    assertEquals("m", back.nextMessage());
  }

  /** Its question was under way while the others heard that it has died. */
  @Test
  void aSessionThatADeadNodeClaimsIsFreeAtTheNextTick() {
    BrokerRig rig = parkingRig(new AtomicReference<>());
    TestClient old = rig.connected(UID);
    ClientEntry parked = rig.broker.clients().iterator().next().entry().orElseThrow().asParked();
    old.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    old.session.flushed();
    byte[] answer =
        rig.broker
            .listener()
            .asked(Handover.open(parked, Optional.empty(), "dead"))
            .toCompletableFuture()
            .join();
    assertFalse(Handover.isBusy(answer) || Handover.isNone(answer), "claimed");

    TestClient back = new TestClient(rig.broker, Transport.RAW).connect(UID);
    assertFalse(back.has(), "a Connack while another node has the session");
    rig.pass(Duration.ofMillis(250));
    Await.until("the Connack", Duration.ofSeconds(10), back::has);
    assertEquals(old.etid(), back.next(Packet.Connack.class).etid());
  }
}
