package org.smqcluster.admin.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.BrokerHooks;
import org.smqcluster.broker.ClientSession;
import org.smqcluster.broker.Transport;
import org.smqcluster.protocol.Packet.Publish;

class FigureMeterTest {

  private final TestBroker node = new TestBroker(BrokerHooks.NONE);
  private final FigureMeter meter = new FigureMeter();

  @Test
  void holdingsAreThoseOfNow() {
    ClientSession reader = node.connect("reader", Transport.WEBSOCKET);
    node.connect("device", Transport.RAW);
    node.subscribe(reader, "/a");
    node.subscribe(reader, "/b");
    Map<String, Double> figures = measure(0);
    assertEquals(2, figures.get(FigureMeter.CLIENTS));
    assertEquals(1, figures.get(FigureMeter.CLIENTS_RAW));
    assertEquals(2, figures.get(FigureMeter.TOPICS));
    assertEquals(2, figures.get(FigureMeter.SUBSCRIPTIONS));
    assertTrue(figures.get(FigureMeter.OUTBOX_BYTES) > 0, "nobody reads the outboxes");
    assertTrue(figures.get(FigureMeter.HEAP_USED) > 0);
  }

  @Test
  void ratesAreThoseSinceTheLastMeasurement() {
    ClientSession reader = node.connect("reader", Transport.WEBSOCKET);
    ClientSession device = node.connect("device", Transport.RAW);
    int tid = node.subscribe(reader, "/a");
    assertEquals(0, measure(0).get(FigureMeter.MESSAGES_IN), "there is nothing to compare with");
    for (int i = 0; i < 10; i++) {
      TestBroker.send(device, Publish.of(tid, device.etid(), 0, new byte[100]));
    }
    Map<String, Double> figures = measure(2);
    assertEquals(5, figures.get(FigureMeter.MESSAGES_IN));
    assertEquals(5, figures.get(FigureMeter.MESSAGES_OUT));
    assertTrue(figures.get(FigureMeter.BYTES_IN) > 500);
    assertEquals(0, measure(4).get(FigureMeter.MESSAGES_IN));
  }

  @Test
  void dropsAreCountedByReasonSinceTheStart() {
    ClientSession device = node.connect("device", Transport.RAW);
    TestBroker.send(device, Publish.of(12345, device.etid(), 0, new byte[1]));
    Map<String, Double> figures = measure(0);
    assertEquals(1, figures.get("dropped.no-receiver"));
    assertEquals(0, figures.get("dropped.outbox-full"));
  }

  private Map<String, Double> measure(int seconds) {
    return meter.measure(List.of(node.broker), TimeUnit.SECONDS.toNanos(seconds));
  }
}
