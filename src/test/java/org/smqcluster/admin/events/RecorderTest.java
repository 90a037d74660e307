package org.smqcluster.admin.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.admin.events.ClientHistory.Kind;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;

class RecorderTest {

  private final Recorder recorder = new Recorder();
  private final TestBroker node =
      new TestBroker(
          new BrokerHooks(
              BrokerHooks.NONE.authenticator(), BrokerHooks.NONE.topicPolicy(), List.of(recorder)));

  @Test
  void aClientsLifeIsTold() {
    Session client = node.connect("device", Transport.RAW);
    Client seen = node.client(client);
    int tid = node.subscribe(client, "/a");
    assertEquals(
        List.of(Kind.CONNECTED, Kind.SUBSCRIBED),
        recorder.history(seen).orElseThrow().entries().stream()
            .map(entry -> entry.kind())
            .toList());
    assertEquals(tid, recorder.history(seen).orElseThrow().entries().get(1).argument());
    TestBroker.send(client, new Packet.Disconnect("bye"));
    List<AdminEvent> events = recorder.ring().last(10).events();
    assertEquals(
        List.of("connected", "subscribed", "disconnected"),
        events.stream().map(AdminEvent::type).toList());
    assertEquals("/a", events.get(1).topic());
    assertEquals("client-disconnect", events.get(2).reason());
    assertEquals("bye", events.get(2).detail());
    assertEquals(Optional.empty(), recorder.history(seen), "nothing is kept of the dead");
  }

  @Test
  void aLongTopicNameIsCut() {
    String name = "/" + "t".repeat(1000);
    node.subscribe(node.connect("device", Transport.RAW), name);
    AdminEvent subscribed = recorder.ring().last(1).events().get(0);
    assertEquals(
        name.substring(0, AdminEvent.MAX_TOPIC_BYTES - "…".length() * 3) + "…", subscribed.topic());
  }

  @Test
  void dropsOnlyLeaveTheLastMessage() {
    Session client = node.connect("device", Transport.RAW);
    TestBroker.send(client, Publish.of(77, client.etid(), 0, new byte[1]));
    assertEquals(1, recorder.ring().last(10).events().size());
    assertEquals(77, recorder.takeLastDropped(DropReason.NO_RECEIVER).orElseThrow().tid());
    assertEquals(Optional.empty(), recorder.takeLastDropped(DropReason.NO_RECEIVER));
  }
}
