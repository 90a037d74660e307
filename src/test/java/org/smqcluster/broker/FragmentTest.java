package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.ProtocolLimits;

/** PubFrag: SMQ sections 2 and 6. */
class FragmentTest {

  private final BrokerRig rig = BrokerRig.start();
  private final TestClient receiver = rig.connected("receiver");
  private final TestClient sender = rig.connected("sender");

  private void fragment(int tid, int ptid, int subtid, byte... payload) {
    sender.send(new Packet.PubFrag(tid, ptid, subtid, payload));
  }

  @Test
  void fragmentsArriveAsOneMessageWithTheLastOnesHeader() {
    fragment(0, 0, 5, (byte) 1, (byte) 2);
    fragment(0, 0, 6);
    receiver.expectNothing();
    fragment(receiver.etid(), sender.etid(), 7, (byte) 3);
    Packet.Publish whole = receiver.next(Packet.Publish.class);
    assertArrayEquals(new byte[] {1, 2, 3}, whole.payload());
    assertEquals(7, whole.subtid());
    assertEquals(sender.etid(), whole.ptid());
  }

  @Test
  void otherPacketsMayComeBetweenFragments() {
    fragment(0, 0, 0, (byte) 1);
    sender.send(new Packet.Ping());
    sender.publish(receiver.etid(), "between");
    fragment(receiver.etid(), sender.etid(), 0, (byte) 2);
    assertEquals("between", receiver.nextMessage());
    assertArrayEquals(new byte[] {1, 2}, receiver.next(Packet.Publish.class).payload());
    sender.next(Packet.Pong.class);
  }

  @Test
  void aSingleFragmentIsAMessage() {
    fragment(receiver.etid(), sender.etid(), 0, (byte) 9);
    fragment(receiver.etid(), sender.etid(), 0, (byte) 8);
    assertArrayEquals(new byte[] {9}, receiver.next(Packet.Publish.class).payload());
    assertArrayEquals(new byte[] {8}, receiver.next(Packet.Publish.class).payload());
  }

  @Test
  void fragmentsMayFillTheLargestPayloadButNotPassIt() {
    int half = ProtocolLimits.MAX_PAYLOAD / 2;
    fragment(0, 0, 0, new byte[half]);
    fragment(receiver.etid(), sender.etid(), 0, new byte[half]);
    assertEquals(ProtocolLimits.MAX_PAYLOAD, receiver.next(Packet.Publish.class).payloadLength());
    fragment(0, 0, 0, new byte[half]);
    fragment(0, 0, 0, new byte[half]);
    assertNull(sender.connection.closed());
    fragment(0, 0, 0, new byte[1]);
    sender.expectClosed(CloseReason.TOO_LONG, "packet too long");
    receiver.expectNothing();
    assertEquals(1, rig.broker.metrics().refusals(Refusal.PAYLOAD_TOO_LARGE));
  }

  @Test
  void theLastFragmentsPublisherMustBeTheSender() {
    fragment(0, 0, 0, (byte) 1);
    fragment(receiver.etid(), receiver.etid(), 0, (byte) 2);
    sender.expectClosed(CloseReason.PROTOCOL_ERROR, "corrupt frame");
    receiver.expectNothing();
  }

  @Test
  void overWebSocketFragmentsCloseTheClient() {
    TestClient browser = new TestClient(rig.broker, Transport.WEBSOCKET).connected("browser");
    browser.send(new Packet.PubFrag(0, browser.etid(), 0, new byte[1]));
    browser.expectClosed(CloseReason.PROTOCOL_ERROR, "fragments are for the raw transport");
  }
}
