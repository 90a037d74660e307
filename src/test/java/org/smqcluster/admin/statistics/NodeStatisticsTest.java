package org.smqcluster.admin.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet.Publish;

class NodeStatisticsTest {

  private final TestBroker node = new TestBroker(BrokerHooks.NONE);
  private final NodeStatistics meter = new NodeStatistics();

  @Test
  void holdingsAreThoseOfNow() {
    Session reader = node.connect("reader", Transport.WEBSOCKET);
    node.connect("device", Transport.RAW);
    node.subscribe(reader, "/a");
    node.subscribe(reader, "/b");
    Map<String, Double> figures = measure(0);
    assertEquals(2, figures.get(NodeStatistics.CLIENTS));
    assertEquals(1, figures.get(NodeStatistics.CLIENTS_RAW));
    assertEquals(2, figures.get(NodeStatistics.TOPICS));
    assertEquals(2, figures.get(NodeStatistics.SUBSCRIPTIONS));
    assertTrue(figures.get(NodeStatistics.OUTBOX_BYTES) > 0, "no client reads its outbox");
    assertTrue(figures.get(NodeStatistics.HEAP_USED) > 0);
  }

  @Test
  void socketsOfTheProcessAreCounted() throws IOException {
    try (ServerSocket open = new ServerSocket(0)) {
      assertTrue(measure(0).get(NodeStatistics.SOCKETS) >= 1, "one at " + open);
    }
  }

  @Test
  void ratesAreThoseSinceTheLastMeasurement() {
    Session reader = node.connect("reader", Transport.WEBSOCKET);
    Session device = node.connect("device", Transport.RAW);
    int tid = node.subscribe(reader, "/a");
    assertEquals(0, measure(0).get(NodeStatistics.MESSAGES_IN), "there is nothing to compare with");
    for (int i = 0; i < 10; i++) {
      TestBroker.send(device, Publish.of(tid, device.etid(), 0, new byte[100]));
    }
    Map<String, Double> figures = measure(2);
    assertEquals(5, figures.get(NodeStatistics.MESSAGES_IN));
    assertEquals(5, figures.get(NodeStatistics.MESSAGES_OUT));
    assertTrue(figures.get(NodeStatistics.BYTES_IN) > 500);
    assertEquals(0, measure(4).get(NodeStatistics.MESSAGES_IN));
  }

  @Test
  void dropsAreCountedByReasonSinceTheStart() {
    Session device = node.connect("device", Transport.RAW);
    TestBroker.send(device, Publish.of(12345, device.etid(), 0, new byte[1]));
    Map<String, Double> figures = measure(0);
    assertEquals(1, figures.get("dropped.no-receiver"));
    assertEquals(0, figures.get("dropped.outbox-full"));
  }

  private Map<String, Double> measure(int seconds) {
    return meter.measure(List.of(node.broker), TimeUnit.SECONDS.toNanos(seconds));
  }
}
