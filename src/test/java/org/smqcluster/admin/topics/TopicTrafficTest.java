package org.smqcluster.admin.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet.Publish;

class TopicTrafficTest {

  private final TestBroker node = new TestBroker(BrokerHooks.NONE);
  private final Session client = node.connect("device", Transport.RAW);
  private final TopicTraffic traffic = new TopicTraffic();

  @Test
  void ratesAreThoseSinceTheLastLook() {
    int busy = node.subscribe(client, "/busy");
    int calm = node.subscribe(client, "/calm");
    node.subscribe(client, "/silent");
    publish(busy, 5);
    look(10);
    assertEquals(List.of(new TopicTraffic.Traffic(busy, 5, 0)), traffic.busiest(10, tid -> true));
    publish(busy, 20);
    publish(calm, 2);
    look(12);
    assertEquals(
        List.of(new TopicTraffic.Traffic(busy, 25, 10), new TopicTraffic.Traffic(calm, 2, 1)),
        traffic.busiest(10, tid -> true));
    assertEquals(List.of(new TopicTraffic.Traffic(calm, 2, 1)), traffic.of(new int[] {4711, calm}));
  }

  @Test
  void theBusiestAreOfThoseThatAreWanted() {
    int busy = node.subscribe(client, "/busy");
    int calm = node.subscribe(client, "/calm");
    publish(busy, 5);
    publish(calm, 2);
    look(10);
    assertEquals(
        List.of(new TopicTraffic.Traffic(calm, 2, 0)), traffic.busiest(1, tid -> tid != busy));
    assertEquals(List.of(new TopicTraffic.Traffic(busy, 5, 0)), traffic.busiest(1, tid -> true));
  }

  private void publish(int tid, int count) {
    for (int i = 0; i < count; i++) {
      TestBroker.send(client, Publish.of(tid, client.etid(), 0, new byte[1]));
    }
  }

  private void look(int seconds) {
    traffic.measure(node.broker.topics().all(), TimeUnit.SECONDS.toNanos(seconds));
  }
}
