package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.Packet;

/** Silent clients are pinged, and closed when nothing comes back: five minutes and 30 seconds. */
class IdleTest {

  private static final Duration IDLE = BrokerSettings.DEFAULT.timeouts().idle();
  private static final Duration PONG = BrokerSettings.DEFAULT.timeouts().pong();

  private final BrokerRig rig = BrokerRig.start();
  private final TestClient client = rig.connected("client-a");

  @Test
  void aSilentClientIsPingedOnce() {
    rig.pass(IDLE.minusSeconds(1));
    client.expectNothing();
    rig.pass(Duration.ofSeconds(10));
    client.next(Packet.Ping.class);
    client.expectNothing();
  }

  @Test
  void aClientThatAnswersStays() {
    for (int i = 0; i < 3; i++) {
      rig.pass(IDLE);
      client.next(Packet.Ping.class);
      rig.pass(PONG.minusSeconds(1));
      client.send(new Packet.Pong());
      client.expectNothing();
    }
    assertNull(client.connection.closed());
  }

  @Test
  void aClientThatSaysAnythingElseStays() {
    rig.pass(IDLE.minusSeconds(1));
    client.publish(client.etid(), "alive");
    client.nextMessage();
    rig.pass(IDLE.minusSeconds(1));
    client.expectNothing();
    assertNull(client.connection.closed());
  }

  @Test
  void aClientThatStaysSilentIsClosedAndItsStateIsGone() {
    TestClient observer = rig.connected("observer");
    client.subscribe("t");
    observer.observe(client.etid());
    rig.pass(IDLE);
    observer.next(Packet.Ping.class);
    observer.send(new Packet.Pong());
    rig.pass(PONG);
    assertEquals(CloseReason.IDLE, client.connection.closed());
    observer.expectChange(client.etid(), 0);
    assertEquals(1, rig.broker.metrics().refusals(Refusal.IDLE));
  }

  @Test
  void aClientThatIsNotReadFromIsNotBlamedForItsSilence() {
    client.session.pause();
    rig.pass(IDLE.multipliedBy(2));
    client.expectNothing();
    client.session.resume();
    rig.pass(IDLE.minusSeconds(1));
    client.expectNothing();
    assertNull(client.connection.closed());
  }
}
