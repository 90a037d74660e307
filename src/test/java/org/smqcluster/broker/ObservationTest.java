package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;

/** Observe, Unobserve and Change: SMQ sections 3.7, 3.8 and 3.10. */
class ObservationTest {

  private final BrokerRig rig = BrokerRig.start();
  private final TestClient observer = rig.connected("observer");
  private final TestClient other = rig.connected("other-1");

  @Test
  void anObservedTopicIsReportedAtOnceAndOnEachChange() {
    int tid = other.create("t");
    observer.observe(tid);
    observer.expectChange(tid, 0);
    other.subscribe("t");
    observer.expectChange(tid, 1);
    TestClient third = rig.connected("third-1");
    third.subscribe("t");
    observer.expectChange(tid, 2);
    other.send(new Packet.Unsubscribe(tid));
    observer.expectChange(tid, 1);
    third.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    observer.expectChange(tid, 0);
    observer.expectNothing();
  }

  @Test
  void subscribingTwiceIsNoChange() {
    int tid = other.subscribe("t");
    observer.observe(tid);
    observer.expectChange(tid, 1);
    other.subscribe("t");
    observer.expectNothing();
  }

  @Test
  void anObserverMaySubscribeTheTopicItself() {
    int tid = observer.create("t");
    observer.observe(tid);
    observer.expectChange(tid, 0);
    observer.send(new Packet.Subscribe("t"));
    assertEquals(
        List.of(new Packet.Change(tid, 1), new Packet.Suback(true, tid, "t")), observer.all());
  }

  @Test
  void observingTwiceReportsTheCountAgainAndEachChangeOnce() {
    int tid = other.create("t");
    observer.observe(tid);
    observer.observe(tid);
    assertEquals(2, observer.all().size());
    other.subscribe("t");
    observer.expectChange(tid, 1);
    observer.expectNothing();
  }

  @Test
  void afterUnobserveNothingIsReportedAndTheTopicGoesOnWorking() {
    int tid = other.subscribe("t");
    observer.observe(tid);
    observer.expectChange(tid, 1);
    observer.send(new Packet.Unobserve(tid));
    other.send(new Packet.Unsubscribe(tid));
    other.subscribe("t");
    observer.publish(tid, "routing is alive");
    assertEquals("routing is alive", other.nextMessage());
    observer.expectNothing();
  }

  @Test
  void unobserveOfWhatIsNotObservedIsIgnored() {
    observer.send(new Packet.Unobserve(other.create("t")));
    observer.send(new Packet.Unobserve(other.etid()));
    observer.send(new Packet.Unobserve(123456));
    observer.expectNothing();
    assertNull(observer.connection.closed());
  }

  @Test
  void anObservedEtidIsReportedWhenItsOwnerGoesAndNotBefore() {
    observer.observe(other.etid());
    observer.expectNothing();
    other.send(new Packet.Disconnect(""));
    observer.expectChange(other.etid(), 0);
    observer.expectNothing();
    assertEquals(0, observer.session.observations().length);
  }

  @Test
  void anEtidIsReportedHoweverItsOwnerGoes() {
    TestClient corrupt = rig.connected("corrupt");
    TestClient killed = rig.connected("killed");
    TestClient lost = rig.connected("lost-1");
    for (TestClient each : List.of(corrupt, killed, lost)) {
      observer.observe(each.etid());
    }
    corrupt.sendBytes(0);
    observer.expectChange(corrupt.etid(), 0);
    killed.session.disconnect(CloseReason.ADMINISTRATIVE, "go away");
    observer.expectChange(killed.etid(), 0);
    lost.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    observer.expectChange(lost.etid(), 0);
  }

  @Test
  void unobserveOfAnEtidEndsTheObservationAndNotItsRouting() {
    observer.observe(other.etid());
    observer.send(new Packet.Unobserve(other.etid()));
    observer.publish(other.etid(), "still reachable");
    assertEquals("still reachable", other.nextMessage());
    other.send(new Packet.Disconnect(""));
    observer.expectNothing();
  }

  @Test
  void observingAnUnknownIdReportsZeroAtOnce() {
    int unknownEtid = Ids.etid(other.etid() + 1);
    for (int id : new int[] {unknownEtid, 123_456, 0, -5}) {
      observer.observe(id);
      observer.expectChange(id, 0);
    }
    assertEquals(0, observer.session.observations().length);
  }

  @Test
  void whatMayNotBeObservedLooksLikeWhatIsNotThere() {
    Strict policy = new Strict();
    BrokerRig strict = BrokerRig.start(BrokerHooks.NONE.authenticator(), policy);
    TestClient curious = strict.connected("curious");
    TestClient target = strict.connected("target");
    int tid = target.subscribe("t");
    curious.observe(tid);
    curious.expectChange(tid, 0);
    curious.observe(target.etid());
    curious.expectChange(target.etid(), 0);
    assertEquals(0, curious.session.observations().length);
    assertTrue(strict.events.contains("refused TOPIC_DENIED"));
  }

  @Test
  void anObservationThatIsNotAllowedAnyMoreEnds() {
    Strict policy = new Strict();
    policy.allowed = true;
    BrokerRig strict = BrokerRig.start(BrokerHooks.NONE.authenticator(), policy);
    TestClient curious = strict.connected("curious");
    TestClient target = strict.connected("target");
    int tid = target.create("t");
    curious.observe(tid);
    curious.expectChange(tid, 0);
    curious.observe(target.etid());

    policy.allowed = false;
    curious.session.recheckTopics();
    target.subscribe("t");
    target.send(new Packet.Disconnect(""));

    curious.expectNothing();
    assertEquals(0, curious.session.observations().length);
  }

  private static final class Strict implements TopicPolicy {

    private boolean allowed;

    @Override
    public boolean mayObserve(Client client, String topic) {
      return allowed;
    }

    @Override
    public boolean mayObserveClients(Client client) {
      return allowed;
    }
  }

  @Test
  void observingOnesOwnEtidIsIgnored() {
    observer.observe(observer.etid());
    observer.expectNothing();
  }

  @Test
  void observingTheBrokerItselfReportsNothingSinceItDoesNotGo() {
    observer.observe(Ids.BROKER);
    observer.expectNothing();
  }

  @Test
  void anObserverThatGoesLeavesNoTrace() {
    int tid = other.subscribe("t");
    observer.observe(tid);
    observer.observe(other.etid());
    observer.send(new Packet.Disconnect(""));
    observer.all();
    other.send(new Packet.Unsubscribe(tid));
    other.send(new Packet.Disconnect(""));
    observer.expectNothing();
    assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
  }
}
