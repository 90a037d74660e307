package org.smqcluster.conformance;

import static org.smqcluster.conformance.Rule.rule;

import java.util.List;

/** SMQ sections 3.7 to 3.10: observing, pinging, ending. */
final class ObservationRules {

  private ObservationRules() {}

  static List<Rule> rules() {
    return List.of(
        rule(
            "3.7",
            "Observe of a topic: the count at once, then each change of it",
            stage -> {
              String topic = stage.name("topic");
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              int tid = observer.create(topic);
              observer.send(Peer.OBSERVE, tid);
              observer.expectChange(tid, 0);
              a.subscribe(topic);
              observer.awaitChange(tid, 1);
              b.subscribe(topic);
              observer.awaitChange(tid, 2);
              a.send(Peer.UNSUBSCRIBE, tid);
              observer.awaitChange(tid, 1);
              b.wire.close();
              observer.awaitChange(tid, 0);
            }),
        rule(
            "6",
            "Subscribe by a client that observes the topic: Change and Suback, in either order",
            stage -> {
              String topic = stage.name("topic");
              Peer peer = stage.connected("alice");
              int tid = peer.create(topic);
              peer.send(Peer.OBSERVE, tid);
              peer.expectChange(tid, 0);
              peer.send(Peer.SUBSCRIBE, topic);
              Frame first = peer.wire.next();
              first.expectType(first.type() == Peer.CHANGE ? Peer.CHANGE : Peer.SUBACK);
              peer.expect(first.type() == Peer.CHANGE ? Peer.SUBACK : Peer.CHANGE);
            }),
        rule(
            "3.7",
            "Observe of an ETID: nothing until its owner goes, then Change 0, once",
            stage -> {
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              observer.send(Peer.OBSERVE, a.etid());
              observer.expectNothing();
              a.send(Peer.DISCONNECT);
              observer.expectChange(a.etid(), 0);
              observer.expectNothing();
            }),
        rule(
            "3.10",
            "an ETID's observers are told when its connection breaks",
            stage -> {
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              observer.send(Peer.OBSERVE, a.etid());
              observer.expectNothing();
              a.wire.close();
              observer.expectChange(a.etid(), 0);
            }),
        rule(
            "3.10",
            "an ETID's observers are told when its owner breaks the protocol",
            stage -> {
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              observer.send(Peer.OBSERVE, a.etid());
              observer.expectNothing();
              a.send(99);
              observer.expectChange(a.etid(), 0);
            }),
        rule(
            "3.7",
            "Observe of an unknown id: Change 0 at once",
            stage -> {
              Peer peer = stage.connected("alice");
              for (int id : new int[] {0x7FFFFFFD, 424_243, 0}) {
                peer.send(Peer.OBSERVE, id);
                peer.expectChange(id, 0);
              }
            }),
        rule(
            "3.7",
            "Observe of one's own ETID is ignored",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.send(Peer.OBSERVE, peer.etid());
              peer.expectNothing();
            }),
        rule(
            "3.8",
            "after Unobserve of a topic nothing is told",
            stage -> {
              String topic = stage.name("topic");
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              int tid = observer.create(topic);
              observer.send(Peer.OBSERVE, tid);
              observer.expectChange(tid, 0);
              observer.send(Peer.UNOBSERVE, tid);
              observer.expectNothing();
              a.subscribe(topic);
              observer.expectNothing();
            }),
        rule(
            "6",
            "Unobserve by the only observer leaves the topic's routing alone",
            stage -> {
              String topic = stage.name("topic");
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              int tid = a.subscribe(topic);
              observer.send(Peer.OBSERVE, tid);
              observer.awaitChange(tid, 1);
              observer.send(Peer.UNOBSERVE, tid);
              observer.publish(tid, "still routed");
              a.expectMessage("still routed");
            }),
        rule(
            "6",
            "Unobserve of an ETID leaves its routing alone",
            stage -> {
              Peer observer = stage.connected("observer");
              Peer a = stage.connected("alice");
              observer.send(Peer.OBSERVE, a.etid());
              observer.send(Peer.UNOBSERVE, a.etid());
              observer.publish(a.etid(), "still routed");
              a.expectMessage("still routed");
            }),
        rule(
            "3.8",
            "Unobserve of what is not observed is a no-op",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.send(Peer.UNOBSERVE, 424_244);
              peer.expectNothing();
            }),
        rule(
            "3.9",
            "Ping is answered by Pong, Pong by nothing",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.send(Peer.PONG);
              peer.send(Peer.PING);
              peer.expect(Peer.PONG);
              peer.expectNothing();
            }),
        rule(
            "3.10",
            "Disconnect: the broker closes without a word",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.send(Peer.DISCONNECT);
              Frame last = peer.wire.untilClosed();
              if (last != null) {
                throw new AssertionError("the broker said " + last);
              }
              if (peer.wire instanceof WebSocketWire socket && socket.closeCode() != 1000) {
                throw new AssertionError("close code " + socket.closeCode());
              }
            }),
        rule(
            "3.10",
            "a message to a client that has gone is dropped",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              b.send(Peer.OBSERVE, a.etid());
              a.send(Peer.DISCONNECT);
              b.expectChange(a.etid(), 0);
              b.publish(a.etid(), "too late");
              b.expectNothing();
            }),
        rule(
            "3.11",
            "what is published to 1 stays in the broker and harms nothing",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.publish(1, "to the broker");
              peer.expectNothing();
            }));
  }
}
