package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.protocol.Packet;

/** Requests that the cluster settles later, and in another order than they were made. */
class SettlingTest {

  private final DelayedCluster[] made = new DelayedCluster[1];
  private final BrokerRig rig =
      BrokerRig.start(BrokerSettings.DEFAULT, cluster -> made[0] = new DelayedCluster(cluster));
  private final DelayedCluster cluster = made[0];
  private final TestClient client = rig.connected("client-a");

  @Test
  void noSubackBeforeTheOtherNodesKnow() {
    cluster.delayed = true;
    client.send(new Packet.Subscribe("t"));
    client.expectNothing();
    cluster.settle();
    assertTrue(client.next(Packet.Suback.class).accepted());
  }

  @Test
  void answersComeInTheOrderOfTheRequests() {
    int known = client.create("known");
    cluster.delayed = true;
    client.send(new Packet.Subscribe("a"));
    client.send(new Packet.Create("known"));
    client.send(new Packet.Subscribe("b"));
    client.send(new Packet.Createsub("c"));
    client.expectNothing();
    cluster.settle();
    assertEquals("a", client.next(Packet.Suback.class).topic());
    assertEquals(known, client.next(Packet.Createack.class).tid());
    assertEquals("b", client.next(Packet.Suback.class).topic());
    assertEquals("c", client.next(Packet.Createsuback.class).subtopic());
    client.expectNothing();
  }

  @Test
  void pingsAndMessagesDoNotWaitForRequests() {
    cluster.delayed = true;
    client.send(new Packet.Subscribe("t"));
    client.send(new Packet.Ping());
    client.publish(client.etid(), "to myself");
    client.next(Packet.Pong.class);
    assertEquals("to myself", client.nextMessage());
  }

  @Test
  void aNameThatNoAnswerHasRoomForEndsTheClient() {
    cluster.delayed = true;
    for (int i = 0; i < 300; i++) {
      client.send(new Packet.Subscribe("t" + i));
    }
    client.send(new Packet.Subscribe("t".repeat(65_530)));
    cluster.settle();
    assertEquals(CloseReason.PROTOCOL_ERROR, client.connection.closed());
    assertEquals(1, rig.broker.metrics().refusals(Refusal.TOPIC_NAME));
  }

  @Test
  void messagesOfTheApplicationKeepTheirOrderWhileANameIsSettled() {
    client.subscribe("t");
    BrokerClient inside = rig.broker.openClient(Runnable::run);
    cluster.delayed = true;
    for (String text : List.of("one", "two")) {
      inside.publish("t", Optional.of("new"), text.getBytes(StandardCharsets.UTF_8));
    }
    inside.publish("t", Optional.empty(), "three".getBytes(StandardCharsets.UTF_8));
    client.expectNothing();
    cluster.settle();
    assertEquals("one", client.nextMessage());
    assertEquals("two", client.nextMessage());
    assertEquals("three", client.nextMessage());
  }

  @Test
  void aRequestThatTheClusterCannotSettleIsDenied() {
    cluster.delayed = true;
    client.send(new Packet.Subscribe("t"));
    cluster.fail();
    assertEquals(List.of(new Packet.Suback(false, 0, "t")), client.all());
    assertEquals(1, rig.broker.metrics().refusals(Refusal.CLUSTER));
  }

  @Test
  void aSubscriptionThatTheOtherNodesDoNotLearnOfIsDeniedAndLeavesNothingBehind() {
    int tid = client.create("t");
    cluster.delayed = true;
    client.send(new Packet.Subscribe("t"));
    cluster.fail();
    assertEquals(List.of(new Packet.Suback(false, 0, "t")), client.all());
    assertEquals(0, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
    cluster.delayed = false;
    client.send(new Packet.Subscribe("t"));
    assertTrue(client.next(Packet.Suback.class).accepted());
  }

  @Test
  void aSubscriptionOfTheApplicationThatFailsLeavesNothingBehind() {
    BrokerClient inside = rig.broker.openClient(Runnable::run);
    int tid = client.create("t");
    cluster.delayed = true;
    CompletableFuture<Runnable> subscribed =
        inside.subscribe("t", Scope.CLUSTER, message -> {}).toCompletableFuture();
    cluster.fail();
    assertTrue(subscribed.isCompletedExceptionally());
    assertEquals(0, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
    assertEquals(0, inside.open());
  }

  @Test
  void aClientThatAsksFasterThanTheClusterSettlesIsPaused() {
    cluster.delayed = true;
    for (int i = 0; i < 300; i++) {
      client.send(new Packet.Subscribe("t" + i));
    }
    assertTrue(client.connection.paused);
    cluster.settle();
    assertFalse(client.connection.paused);
    assertEquals(300, client.all().size());
  }

  @Test
  void aClientThatGoesWhileItSubscribesLeavesNothingBehind() {
    cluster.delayed = true;
    client.send(new Packet.Subscribe("t"));
    client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    cluster.settle();
    assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
    assertFalse(rig.events.contains("subscribed client-a t"), rig.events::toString);
    assertNull(client.session.outbox().poll());
  }

  @Test
  void subscribingTwiceAtOnceIsOneSubscriptionAndTwoSubacks() {
    cluster.delayed = true;
    client.send(new Packet.Subscribe("t"));
    client.send(new Packet.Subscribe("t"));
    cluster.settle();
    int tid = client.next(Packet.Suback.class).tid();
    assertEquals(tid, client.next(Packet.Suback.class).tid());
    client.publish(tid, "once");
    assertEquals("once", client.nextMessage());
    client.expectNothing();
    assertEquals(1, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
  }
}
