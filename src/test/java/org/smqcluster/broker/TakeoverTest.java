package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Packet;

/** A second client with a UID in use: SMQ section 3.3. */
class TakeoverTest {

  private final BrokerRig rig = BrokerRig.start();

  @Test
  void theNewClientGetsTheSameEtidAndTheOldOneDisconnectReconnect() {
    TestClient old = rig.connected("same-uid");
    int etid = old.etid();
    TestClient fresh = rig.connected("same-uid");
    assertEquals(etid, fresh.etid());
    old.expectClosed(CloseReason.TAKEN_OVER, "reconnect");
    assertNull(fresh.connection.closed());
    assertEquals(1, rig.broker.clients().size());
    assertEquals(fresh.session, rig.broker.client(etid).orElseThrow());
  }

  @Test
  void subscriptionsDoNotCarryOver() {
    TestClient old = rig.connected("same-uid");
    int tid = old.subscribe("t");
    TestClient fresh = rig.connected("same-uid");
    rig.connected("sender").publish(tid, "lost");
    fresh.expectNothing();
    assertEquals(0, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
  }

  @Test
  void observersOfTheEtidGetChangeZero() {
    TestClient old = rig.connected("same-uid");
    TestClient observer = rig.connected("observer");
    observer.observe(old.etid());
    rig.connected("same-uid");
    observer.expectChange(old.etid(), 0);
    observer.expectNothing();
  }

  @Test
  void messagesToTheEtidReachTheNewClient() {
    rig.connected("same-uid");
    TestClient fresh = rig.connected("same-uid");
    rig.connected("sender").publish(fresh.etid(), "for the new one");
    assertEquals("for the new one", fresh.nextMessage());
  }

  @Test
  void theEndOfTheOldConnectionLeavesTheNewOneAlone() {
    TestClient old = rig.connected("same-uid");
    TestClient fresh = rig.connected("same-uid");
    old.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    assertEquals(fresh.session, rig.broker.client(fresh.etid()).orElseThrow());
    TestClient third = rig.connected("same-uid");
    assertEquals(fresh.etid(), third.etid());
  }

  @Test
  void aUidThatWasGivenUpIsFreeAndTheEtidIsNotPromised() {
    TestClient first = rig.connected("same-uid");
    first.send(new Packet.Disconnect(""));
    TestClient observer = rig.connected("observer");
    observer.observe(first.etid());
    observer.expectChange(first.etid(), 0);
    assertNull(rig.connected("same-uid").connection.closed());
  }

  @Test
  void ofTwoThatConnectAtOnceTheLaterOneStays() {
    CompletableFuture<Authentication> slow = new CompletableFuture<>();
    List<CompletableFuture<Authentication>> answers =
        List.of(slow, CompletableFuture.completedFuture(Authentication.ANONYMOUS));
    int[] asked = {0};
    BrokerRig guarded = BrokerRig.start(request -> answers.get(asked[0]++), TopicPolicy.PERMIT_ALL);
    TestClient first = guarded.open().connect("same-uid");
    TestClient second = guarded.open().connected("same-uid");
    // the first registers last, so that it is the one that takes over
    slow.complete(Authentication.ANONYMOUS);
    assertEquals(second.etid(), first.next(Packet.Connack.class).etid());
    second.expectClosed(CloseReason.TAKEN_OVER, "reconnect");
    assertEquals(1, guarded.broker.clients().size());
  }

  @Test
  void aTakeoverNeverWaitsForWhatTheOldClientIsDoing() throws Exception {
    CompletableFuture<Authentication> slow = new CompletableFuture<>();
    CompletableFuture<Void> takenOver = new CompletableFuture<>();
    BrokerRig[] guarded = new BrokerRig[1];
    TopicPolicy whileItSubscribes =
        new TopicPolicy() {
          @Override
          public boolean maySubscribe(Client client, String topic) {
            Thread cluster =
                new Thread(
                    () -> {
                      guarded[0].broker.listener().takenOver(client.entry().orElseThrow());
                      takenOver.complete(null);
                    });
            cluster.start();
            takenOver.orTimeout(10, TimeUnit.SECONDS).join();
            return true;
          }
        };
    guarded[0] = BrokerRig.start(request -> slow, whileItSubscribes);
    TestClient hasty = guarded[0].open().connect("same-uid");
    hasty.send(new Packet.Subscribe("t"));
    slow.complete(Authentication.ANONYMOUS);
    assertTrue(takenOver.isDone() && !takenOver.isCompletedExceptionally());
    assertEquals(CloseReason.TAKEN_OVER, hasty.connection.closed());
    assertEquals(
        List.of("connected same-uid", "disconnected same-uid TAKEN_OVER"), guarded[0].events);
  }
}
