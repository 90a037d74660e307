package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.broker.spi.Selection;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;

/** Application code as a client inside the broker's process: SMQ sections 3.11 and 4. */
class BrokerClientTest {

  private final BrokerRig rig = BrokerRig.start();
  private final BrokerClient inside = rig.broker.openClient(Runnable::run);
  private final TestClient outside = rig.connected("outside");
  private final List<String> heard = new ArrayList<>();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void hear(Message message) {
    heard.add(
        "%s/%s from %s: %s"
            .formatted(
                message.topic().orElse("-"),
                message.subtopic().orElse("-"),
                message.publisher() == outside.etid() ? "outside" : message.publisher(),
                new String(message.payload(), StandardCharsets.UTF_8)));
  }

  @Test
  void itPublishesToTopicsAndClientsAsTheBroker() {
    int tid = outside.subscribe("t");
    inside.publish("t", Optional.empty(), bytes("to the topic"));
    inside.publishTo(outside.etid(), Optional.of("led"), bytes("to the client"));
    Packet.Publish toTopic = outside.next(Packet.Publish.class);
    assertEquals(tid, toTopic.tid());
    assertEquals(Ids.BROKER, toTopic.ptid());
    Packet.Publish toClient = outside.next(Packet.Publish.class);
    assertEquals(outside.etid(), toClient.tid());
    assertEquals("led", rig.broker.topics().subtopic(toClient.subtid()).orElseThrow());
  }

  @Test
  void itHearsTheTopicsItSubscribesTo() {
    inside.subscribe("t", Scope.CLUSTER, this::hear);
    outside.publish(outside.create("t"), "hello");
    assertEquals(List.of("t/- from outside: hello"), heard);
  }

  @Test
  void nothingIsKeptOfASubscriptionOrObservationThatHasEnded() {
    for (int i = 0; i < 3; i++) {
      List.of(inside.subscribe("t", Scope.CLUSTER, this::hear), inside.observe("t", count -> {}))
          .forEach(made -> made.toCompletableFuture().join().run());
    }
    assertEquals(0, inside.open());
    inside.subscribe("t", Scope.CLUSTER, this::hear);
    inside.close();
    assertEquals(0, inside.open());
    outside.publish(outside.create("t"), "not heard");
    assertEquals(List.of(), heard);
  }

  @Test
  void itHearsWhatIsSentToTheBrokersOwnEtidBySubTopic() {
    inside.subscribeSelf(Optional.empty(), this::hear);
    inside.subscribeSelf(Optional.of("led"), this::hear);
    outside.send(new Packet.Createsub("led"));
    int led = outside.next(Packet.Createsuback.class).subtid();
    outside.publish(Ids.BROKER, "plain");
    outside.send(Packet.Publish.of(Ids.BROKER, outside.etid(), led, bytes("led")));
    assertEquals(List.of("-/- from outside: plain", "-/led from outside: led"), heard);
  }

  @Test
  void aSubscriptionOfTheClusterIsObservedAndOneOfTheNodeIsNot() {
    int tid = outside.create("t");
    outside.observe(tid);
    outside.expectChange(tid, 0);
    inside.subscribe("t", Scope.NODE, this::hear);
    outside.expectNothing();
    inside.subscribe("t", Scope.CLUSTER, this::hear);
    outside.expectChange(tid, 1);
    outside.publish(tid, "heard by both");
    assertEquals(2, heard.size());
  }

  @Test
  void aSubscriptionOfTheNodeDoesNotHearWhatOtherNodesForward() {
    inside.subscribe("t", Scope.NODE, this::hear);
    inside.subscribe("t", Scope.CLUSTER, this::hear);
    int tid = outside.create("t");
    rig.broker
        .listener()
        .deliver(Packet.Publish.of(tid, outside.etid(), 0, bytes("far")).encoded());
    assertEquals(List.of("t/- from outside: far"), heard);
  }

  @Test
  void anExecutorThatIsFullForAWhileLosesThatMessageAndNoOther() {
    AtomicBoolean full = new AtomicBoolean(true);
    BrokerClient busy =
        rig.broker.openClient(
            task -> {
              if (full.get()) {
                throw new RejectedExecutionException();
              }
              task.run();
            });
    busy.subscribe("t", Scope.NODE, this::hear);
    int tid = outside.create("t");
    outside.publish(tid, "lost");
    full.set(false);
    outside.publish(tid, "heard");
    assertEquals(List.of("t/- from outside: heard"), heard);
  }

  @Test
  void itObservesTopics() {
    List<Integer> counts = new ArrayList<>();
    inside.observe("t", counts::add);
    int tid = outside.subscribe("t");
    outside.send(new Packet.Unsubscribe(tid));
    assertEquals(List.of(0, 1, 0), counts);
  }

  @Test
  void aHandlerThatThrowsStopsNothing() {
    inside.subscribe(
        "t",
        Scope.NODE,
        message -> {
          throw new IllegalStateException("a defect of the application");
        });
    inside.subscribe(
        "t",
        Scope.NODE,
        message -> {
          // as a parser of what a client sent may
          throw new StackOverflowError();
        });
    inside.subscribe("t", Scope.NODE, this::hear);
    for (int count = 1; count <= 2; count++) {
      outside.publish(outside.create("t"), "hello");
      assertEquals(count, heard.size());
    }
  }

  @Test
  void slowHandlersLoseWhatIsTooMuchAndDelayNoOtherClient() {
    List<Runnable> queued = new ArrayList<>();
    BrokerClient slow = rig.broker.openClient(queued::add);
    slow.subscribe("t", Scope.NODE, this::hear);
    int tid = outside.create("t");
    for (int i = 0; i < HandlerQueue.MAX_WAITING + 5; i++) {
      outside.publish(tid, "message " + i);
    }
    assertEquals(5, rig.broker.metrics().droppedCopies(DropReason.OUTBOX_FULL));
    queued.forEach(Runnable::run);
    assertEquals(HandlerQueue.MAX_WAITING, heard.size());
    assertTrue(heard.get(0).endsWith("message 0"));
  }

  private static Selection latest(Optional<String> subtopic, int keyBytes) {
    return new Selection(subtopic, true, keyBytes);
  }

  @Test
  void ofAStateThatIsToldFasterThanItIsHandledTheLastIsHandledAndNoOthersIsLost() {
    List<Runnable> queued = new ArrayList<>();
    BrokerClient slow = rig.broker.openClient(queued::add);
    slow.subscribe("t", Scope.NODE, latest(Optional.empty(), 0), this::hear);
    TestClient other = rig.connected("other-1");
    int tid = outside.create("t");
    other.publish(tid, "of another");
    for (int i = 0; i <= 3 * HandlerQueue.MAX_WAITING; i++) {
      outside.publish(tid, "state " + i);
    }
    assertEquals(0, rig.broker.metrics().droppedCopies(DropReason.OUTBOX_FULL));
    queued.forEach(Runnable::run);
    assertEquals(
        List.of(
            "t/- from %d: of another".formatted(other.etid()),
            "t/- from outside: state " + 3 * HandlerQueue.MAX_WAITING),
        heard);
  }

  @Test
  void statesOfSeveralThingsAreToldApartByTheirKeyAndHandledInTheOrderOfTheLatest() {
    List<Runnable> queued = new ArrayList<>();
    BrokerClient slow = rig.broker.openClient(queued::add);
    slow.subscribe("t", Scope.NODE, latest(Optional.empty(), 1), this::hear);
    int tid = outside.create("t");
    List.of("a1", "b1", "a2", "", "b1", "a3").forEach(state -> outside.publish(tid, state));
    queued.forEach(Runnable::run);
    assertEquals(
        List.of("t/- from outside: ", "t/- from outside: b1", "t/- from outside: a3"), heard);
  }

  @Test
  void aFloodOfMessagesTakesNoRoomFromStatesNorDoOtherSubTopics() {
    List<Runnable> queued = new ArrayList<>();
    BrokerClient slow = rig.broker.openClient(queued::add);
    slow.subscribe("flood", Scope.NODE, message -> {});
    slow.subscribe("t", Scope.NODE, latest(Optional.of("led"), 0), this::hear);
    int flood = outside.create("flood");
    for (int i = 0; i < HandlerQueue.MAX_WAITING + 1; i++) {
      outside.publish(flood, "flood");
    }
    outside.send(new Packet.Createsub("led"));
    int led = outside.next(Packet.Createsuback.class).subtid();
    int tid = outside.create("t");
    outside.send(Packet.Publish.of(tid, outside.etid(), led, bytes("state")));
    outside.publish(tid, "of no sub-topic");
    while (!queued.isEmpty()) {
      queued.remove(0).run();
    }
    assertEquals(List.of("t/led from outside: state"), heard);
  }

  @Test
  void whatItHoldsEndsWithIt() {
    int tid = outside.create("t");
    inside.subscribe("t", Scope.CLUSTER, this::hear);
    inside.subscribeSelf(Optional.empty(), this::hear);
    inside.close();
    outside.publish(tid, "too late");
    outside.publish(Ids.BROKER, "too late");
    assertEquals(List.of(), heard);
    assertEquals("connections 1, clients 1, topics with subscribers 0", rig.residue());
  }
}
