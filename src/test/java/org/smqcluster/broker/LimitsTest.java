package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;

/** What an operator bounds: each limit refuses in the protocol's own words, and counts. */
class LimitsTest {

  // topic name bytes, topics, subscriptions, observations, clients, clients of an address
  private final BrokerRig rig =
      BrokerRig.start(BrokerRig.withLimits(new BrokerSettings.Limits(8, 5, 3, 2, 4, 2)));

  private long refusals(Refusal refusal) {
    return rig.broker.metrics().refusals(refusal);
  }

  private void expectDenied(TestClient client, String topic) {
    client.send(new Packet.Subscribe(topic));
    assertEquals(new Packet.Suback(false, 0, topic), client.next(Packet.Suback.class));
    assertNull(client.connection.closed());
  }

  @Test
  void aTopicNameMayHaveSoManyBytesAndNotOneMore() {
    TestClient client = rig.connected("client-a");
    assertTrue(client.subscribe("12345678") != 0);
    expectDenied(client, "123456789");
    expectDenied(client, "äöüß1");
    assertEquals(2, refusals(Refusal.TOPIC_NAME));
  }

  @Test
  void anEmptyTopicNameIsDenied() {
    TestClient client = rig.connected("client-a");
    expectDenied(client, "");
    client.send(new Packet.Create(""));
    assertEquals(new Packet.Createack(false, 0, ""), client.next(Packet.Createack.class));
    client.send(new Packet.Createsub(""));
    assertEquals(new Packet.Createsuback(false, 0, ""), client.next(Packet.Createsuback.class));
  }

  @Test
  void aBrokerHoldsSoManyTopicsAndThoseThatExistStayUsable() {
    TestClient client = rig.connected("client-a");
    for (int i = 0; i < 5; i++) {
      client.create("t" + i);
    }
    expectDenied(client, "t5");
    assertTrue(client.subscribe("t4") != 0);
    client.send(new Packet.Createsub("sub-topics are counted apart".substring(0, 8)));
    assertTrue(client.next(Packet.Createsuback.class).accepted());
    assertEquals(1, refusals(Refusal.TOO_MANY_TOPICS));
  }

  @Test
  void aClientSubscribesToSoManyTopicsAndMayGiveOneUpForAnother() {
    TestClient client = rig.connected("client-a");
    int first = client.subscribe("t0");
    client.subscribe("t1");
    client.subscribe("t2");
    expectDenied(client, "t3");
    // again is not one more
    assertEquals(first, client.subscribe("t0"));
    client.send(new Packet.Unsubscribe(first));
    assertTrue(client.subscribe("t3") != 0);
    assertEquals(1, refusals(Refusal.TOO_MANY_SUBSCRIPTIONS));
  }

  @Test
  void aClientThatObservesTooMuchIsClosedWithAReasonSinceThereIsNoOtherAnswer() {
    TestClient client = rig.connected("client-a");
    int[] tids = {client.create("t0"), client.create("t1")};
    client.observe(tids[0]);
    client.observe(tids[1]);
    client.all();
    client.observe(rig.connected("client-b").etid());
    client.expectClosed(CloseReason.PROTOCOL_ERROR, "too many observations of this client");
    assertEquals(1, refusals(Refusal.TOO_MANY_OBSERVATIONS));
  }

  @Test
  void observingAgainIsNotOneMore() {
    TestClient client = rig.connected("client-a");
    int[] tids = {client.create("t0"), client.create("t1")};
    client.observe(tids[0]);
    client.observe(tids[1]);
    client.observe(tids[0]);
    assertNull(client.connection.closed());
  }

  @Test
  void aNodeTakesSoManyClientsFromLoopbackToo() {
    for (int i = 0; i < 4; i++) {
      rig.connected("client-" + i);
    }
    rig.open().connect("client-4").expectRefused(ConnackCode.UNAVAILABLE);
    assertEquals(1, refusals(Refusal.TOO_MANY_CLIENTS));
    assertEquals(4, rig.broker.clients().size());
  }

  @Test
  void anAddressMayHoldSoManyClientsLoopbackExcepted() throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
    InetAddress another = InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
    TestClient first = new TestClient(rig.broker, address).connected("client-1");
    new TestClient(rig.broker, address).connected("client-2");
    new TestClient(rig.broker, address)
        .connect("client-3")
        .expectRefused(ConnackCode.ACCESS_DENIED);
    new TestClient(rig.broker, another).connected("client-4");
    first.send(new Packet.Disconnect(""));
    new TestClient(rig.broker, address).connected("client-5");
    assertEquals(1, refusals(Refusal.TOO_MANY_CLIENTS_OF_ADDRESS));
  }

  @Test
  void theAddressesOfAnIpv6NetworkCountAsOne() throws UnknownHostException {
    new TestClient(rig.broker, InetAddress.getByName("2001:db8::1")).connected("client-1");
    new TestClient(rig.broker, InetAddress.getByName("2001:db8::2:2")).connected("client-2");
    new TestClient(rig.broker, InetAddress.getByName("2001:db8::3:3:3"))
        .connect("client-3")
        .expectRefused(ConnackCode.ACCESS_DENIED);
    new TestClient(rig.broker, InetAddress.getByName("2001:db8:0:1::1")).connected("client-4");
  }
}
