package org.smqcluster.admin.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;

class TraceTest {

  private final TestBroker node = new TestBroker(BrokerHooks.NONE);
  private final Session client = node.connect("device", Transport.RAW);
  private final Trace trace =
      new Trace(new TraceTarget("smq", "device", null), node.broker.topics());

  @Test
  void bothDirectionsOfAClientAreSeen() {
    node.client(client).tap(trace);
    int tid = node.subscribe(client, "/a");
    TestBroker.send(client, Publish.of(tid, client.etid(), 0, text("hello")));
    List<TracedPacket> seen = trace.take().packets();
    assertEquals(
        List.of("in SUBSCRIBE", "out SUBACK", "in PUBLISH", "out PUBLISH"),
        seen.stream().map(packet -> packet.direction() + " " + packet.type()).toList());
    assertEquals("/a (" + tid + ")", seen.get(2).fields().get("to"));
    assertEquals("hello", seen.get(2).fields().get("payload"));
    assertEquals(List.of(), trace.take().packets(), "what is taken is gone");
  }

  @Test
  void longNamesAndTextsAreCut() {
    node.client(client).tap(trace);
    TestBroker.send(client, new Packet.Subscribe("\u0001".repeat(60_000)));
    TracedPacket seen = trace.take().packets().get(0);
    String topic = seen.fields().get("topic");
    assertTrue(topic.length() < 600, "the trace keeps " + topic.length());
  }

  @Test
  void anEndedTraceSeesNothing() {
    node.client(client).tap(trace);
    node.client(client).untap();
    TestBroker.send(client, new Packet.Ping());
    assertEquals(List.of(), trace.take().packets());
  }

  @Test
  void whatComesTooFastIsCountedOnly() {
    node.client(client).tap(trace);
    for (int i = 0; i < 10_000; i++) {
      TestBroker.send(client, new Packet.Pong());
    }
    Trace.Seen seen = trace.take();
    assertTrue(seen.packets().size() >= Trace.MAX_RATE);
    assertEquals(10_000, seen.packets().size() + seen.skipped());
    assertTrue(seen.packets().size() < 5_000, "the rate is bounded");
  }

  @Test
  void twoTracesOfOneClientSeeTheSameAndEndOneByOne() {
    Trace other = new Trace(trace.target(), node.broker.topics());
    TraceTap tap = new TraceTap();
    tap.add(trace);
    tap.add(other);
    node.client(client).tap(tap);
    TestBroker.send(client, new Packet.Ping());
    assertEquals(2, trace.take().packets().size());
    assertEquals(2, other.take().packets().size());
    assertFalse(tap.remove(trace), "the other goes on");
    TestBroker.send(client, new Packet.Ping());
    assertEquals(List.of(), trace.take().packets());
    assertEquals(2, other.take().packets().size());
    assertTrue(tap.remove(other));
  }

  @Test
  void messagesOfATopicAreSeen() {
    int tid = node.subscribe(client, "/a");
    node.broker.tapTopic("/a", trace::published);
    TestBroker.send(client, Publish.of(tid, client.etid(), 0, new byte[] {0, (byte) 0xD7}));
    TracedPacket packet = trace.take().packets().get(0);
    assertEquals("0x00d7", packet.fields().get("payload"));
    assertEquals(client.etid(), packet.etid());
  }

  @Test
  void credentialsAreNotTold() {
    Packet connect = Packet.Connect.version1("device", text("secret"), "info");
    String fields = PacketText.fields(connect, node.broker.topics()).toString();
    assertFalse(fields.contains("secret"), fields);
    assertTrue(fields.contains("6 bytes"), fields);
  }

  @Test
  void longPayloadsAreCut() {
    String shown = PacketText.payload(new byte[5000]);
    assertTrue(shown.length() < 500);
    assertTrue(shown.endsWith("(5000 bytes)"), shown);
  }

  private static byte[] text(String string) {
    return string.getBytes(StandardCharsets.UTF_8);
  }
}
