package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.LastValue;
import org.smqcluster.broker.spi.LastValueSettings;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.broker.spi.SharedRecords.Versioned;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.testing.HeldRecords;

/** The last values of one node, and what it does with those of another. */
class LastValueTest {

  private final DelayedCluster[] made = new DelayedCluster[1];
  private final BrokerRig rig =
      BrokerRig.start(BrokerSettings.DEFAULT, cluster -> made[0] = new DelayedCluster(cluster));
  private final DelayedCluster cluster = made[0];
  private final HeldRecords records = new HeldRecords();
  private final TestClient publisher = rig.connected("publisher");
  private final TestClient subscriber = rig.connected("subscriber");

  @BeforeEach
  void keep() {
    rig.broker.keepLastValues(
        new LastValueSettings(name -> name.startsWith("kept"), 3, 200), records);
  }

  private static void publish(TestClient client, int tid, int subtid, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    client.send(Publish.of(tid, client.etid(), subtid, bytes));
  }

  private Topic topic(int tid) {
    return rig.broker.topics().find(tid).orElseThrow();
  }

  @Test
  void aNewSubscriberGetsTheLastValueAfterItsSubackAndThenWhatIsNewer() {
    int tid = publisher.create("kept");
    publisher.publish(tid, "1");
    publisher.publish(tid, "2");
    subscriber.subscribe("kept");
    Publish first = subscriber.next(Publish.class);
    assertEquals("2", new String(first.payload(), StandardCharsets.UTF_8));
    assertEquals(publisher.etid(), first.ptid());
    publisher.publish(tid, "3");
    assertEquals("3", subscriber.nextMessage());
    subscriber.expectNothing();
  }

  @Test
  void itIsGivenOnceToASubscriptionAndAgainAfterAnUnsubscribe() {
    int tid = publisher.create("kept");
    publisher.publish(tid, "1");
    subscriber.subscribe("kept");
    assertEquals("1", subscriber.nextMessage());
    subscriber.subscribe("kept");
    subscriber.expectNothing();
    subscriber.send(new Packet.Unsubscribe(tid));
    subscriber.subscribe("kept");
    assertEquals("1", subscriber.nextMessage());
  }

  @Test
  void eachSubtopicHasOne() {
    int tid = publisher.create("kept");
    publish(publisher, tid, 7, "a");
    publish(publisher, tid, 8, "b");
    publish(publisher, tid, 7, "c");
    subscriber.subscribe("kept");
    Set<String> got = new TreeSet<>(List.of(subscriber.nextMessage(), subscriber.nextMessage()));
    assertEquals(Set.of("b", "c"), got);
    subscriber.expectNothing();
  }

  @Test
  void anEmptyMessageIsDeliveredAndRemovesIt() {
    int tid = publisher.create("kept");
    publisher.publish(tid, "1");
    subscriber.subscribe("kept");
    subscriber.nextMessage();
    publisher.publish(tid, "");
    assertEquals("", subscriber.nextMessage());
    TestClient later = rig.connected("later-one");
    later.subscribe("kept");
    later.expectNothing();
    assertEquals(List.of(), topic(tid).lastValues());
    assertFalse(rig.broker.removeLastValue(tid, 0));
  }

  @Test
  void aMessageBeforeTheSubackComesAfterItAndOnce() {
    int tid = publisher.create("kept");
    publisher.publish(tid, "old");
    cluster.delayed = true;
    subscriber.send(new Packet.Subscribe("kept"));
    publisher.publish(tid, "new");
    subscriber.expectNothing();
    cluster.settle();
    assertTrue(subscriber.next(Packet.Suback.class).accepted());
    assertEquals("new", subscriber.nextMessage());
    subscriber.expectNothing();
    assertFalse(rig.events.contains("dropped NO_RECEIVER"));
  }

  @Test
  void aTopicThatIsNotNamedKeepsNothing() {
    int tid = publisher.create("other");
    publisher.publish(tid, "1");
    subscriber.subscribe("other");
    subscriber.expectNothing();
    assertEquals(0, records.size());
  }

  @Test
  void aDeniedSubscriptionGetsNothing() {
    TopicPolicy policy =
        new TopicPolicy() {
          @Override
          public boolean maySubscribe(Client client, String topic) {
            return false;
          }
        };
    BrokerRig closed = BrokerRig.start(BrokerHooks.NONE.authenticator(), policy);
    closed.broker.keepLastValues(new LastValueSettings(name -> true, 3, 200), records);
    TestClient client = closed.connected("client");
    int tid = client.create("kept");
    client.publish(tid, "1");
    client.send(new Packet.Subscribe("kept"));
    assertFalse(client.next(Packet.Suback.class).accepted());
    client.expectNothing();
  }

  @Test
  void whatPassesTheBoundsIsDeliveredAndNotKept() {
    int tid = publisher.create("kept");
    subscriber.subscribe("kept");
    for (int subtid = 1; subtid <= 4; subtid++) {
      publish(publisher, tid, subtid, "v" + subtid);
      assertEquals("v" + subtid, subscriber.nextMessage());
    }
    assertEquals(3, topic(tid).lastValues().size());
    publish(publisher, tid, 1, "x".repeat(200));
    assertEquals(2, topic(tid).lastValues().size(), "an older value would be wrong");
    publish(publisher, tid, 4, "v4");
    assertEquals(3, topic(tid).lastValues().size());
    publisher.publish(tid, new byte[ProtocolLimits.MAX_PAYLOAD]);
    assertEquals(3, topic(tid).lastValues().size());
    assertEquals(3, rig.broker.metrics().counted(Counter.UNKEPT_VALUES));
  }

  @Test
  void subtopicsWhoseValuesComeAndGoAreNotKeptWithoutBound() {
    int tid = publisher.create("kept");
    for (int subtid = 1; subtid <= 10; subtid++) {
      publish(publisher, tid, subtid, "a");
      publish(publisher, tid, subtid, "");
    }
    assertEquals(10 - 2 * 3, rig.broker.metrics().counted(Counter.UNKEPT_VALUES));
    assertEquals(2 * 2 * 3, records.puts(), "none for what is not kept");
  }

  @Test
  void administrationReadsAndRemovesIt() {
    int tid = publisher.create("kept");
    publish(publisher, tid, 7, "a");
    LastValue value = topic(tid).lastValues().get(0);
    assertEquals(7, value.subtid());
    assertEquals(publisher.etid(), value.publisher());
    assertArrayEquals(new byte[] {'a'}, value.payload());
    assertTrue(rig.broker.removeLastValue(tid, 7));
    assertEquals(Optional.empty(), records.get("00000007kept"));
    subscriber.subscribe("kept");
    subscriber.expectNothing();
  }

  @Test
  void applicationCodeGetsItWhenItSubscribes() {
    int tid = publisher.create("kept");
    publisher.publish(tid, "1");
    List<String> got = new CopyOnWriteArrayList<>();
    rig.broker
        .openClient(Runnable::run)
        .subscribe(
            "kept",
            Scope.CLUSTER,
            message -> got.add(new String(message.payload(), StandardCharsets.UTF_8)));
    publisher.publish(tid, "2");
    assertEquals(List.of("1", "2"), got);
  }

  // ---- of other nodes

  private void forwarded(int tid, long version, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    Publish message = Publish.of(tid, 77, 0, bytes);
    EncodedPacket wrapped = new VersionedMessage(message, version, true).wrapped().encoded();
    rig.broker.listener().deliver(wrapped);
  }

  private void replicated(long version, String payload) {
    byte[] bytes =
        LastValueStore.bytes(Publish.of(1, 77, 0, payload.getBytes(StandardCharsets.UTF_8)));
    records.put("00000000kept", () -> Optional.of(new Versioned(version, bytes)));
  }

  @Test
  void whatAnotherNodeForwardsIsKeptWithoutASubscriberHere() {
    int tid = publisher.create("kept");
    long now = System.currentTimeMillis();
    forwarded(tid, now, "new");
    forwarded(tid, now - 1, "older");
    replicated(now - 2, "oldest");
    subscriber.subscribe("kept");
    assertEquals("new", subscriber.nextMessage());
    subscriber.expectNothing();
    publisher.publish(tid, "newest");
    assertEquals("newest", subscriber.nextMessage());
  }

  @Test
  void aNodeThatStartsTakesWhatTheClusterHas() {
    replicated(5, "of before");
    BrokerRig starting = BrokerRig.start();
    TestClient client = starting.connected("client");
    int tid = client.create("kept");
    starting.broker.keepLastValues(new LastValueSettings(name -> true, 3, 200), records);
    client.subscribe("kept");
    assertEquals("of before", client.nextMessage());
    assertEquals(
        77, starting.broker.topics().find(tid).orElseThrow().lastValues().get(0).publisher());
  }

  /** The map may tell before the bus does: a receiver that had it so does not get it again. */
  @Test
  void whatTheMapToldBeforeTheBusIsNotDeliveredTwice() throws Exception {
    int tid = publisher.create("kept");
    TestClient before = rig.connected("before");
    before.subscribe("kept");
    long now = System.currentTimeMillis();
    replicated(now, "told");
    assertEquals(List.of(), topic(tid).lastValues(), "the bus may be about to tell it");
    org.smqcluster.testing.Await.until(
        "the value to be taken from the map",
        java.time.Duration.ofSeconds(10),
        () -> {
          rig.broker.tick();
          return topic(tid).lastValues().size() == 1;
        });
    subscriber.subscribe("kept");
    assertEquals("told", subscriber.nextMessage());
    forwarded(tid, now, "told");
    subscriber.expectNothing();
    assertEquals("told", before.nextMessage());
  }

  // ---- formats

  @Test
  void theFormsAreThoseOfTheFormat() throws IOException {
    Publish message = Publish.of(0x1001, 0x80001234, 7, "hello".getBytes(StandardCharsets.UTF_8));
    Publish wrapped = new VersionedMessage(message, 99, true).wrapped();
    assertEquals(file("versioned-message"), hex(wrapped.encoded().raw()));
    assertEquals(file("last-value"), hex(LastValueStore.bytes(message)));
    VersionedMessage read = VersionedMessage.unwrap(wrapped).orElseThrow();
    assertEquals(99, read.version());
    assertEquals(hex(message.encoded().raw()), hex(read.message().encoded().raw()));
    Publish kept = LastValueStore.message(0x1001, 7, LastValueStore.bytes(message));
    assertEquals(hex(message.encoded().raw()), hex(kept.encoded().raw()));
    assertEquals(Optional.empty(), VersionedMessage.unwrap(Publish.of(1, 2, 3, new byte[12])));
  }

  private static String file(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/formats/2/" + name + ".hex"))
        .replaceAll("\\s", "");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
