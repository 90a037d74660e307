package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.client.ScriptedBroker.Peer;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/** A broker cannot fill or hold a client. */
class HostileBrokerTest {

  private static final int ETID = 0x40000007;

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ClientRecorder events = new ClientRecorder();
  private SmqClient client;

  @AfterEach
  void endAll() {
    broker.close();
    if (client != null) {
      client.close();
    }
  }

  private Peer connect(String scheme) throws Exception {
    client = SmqClient.builder(broker.url(scheme)).uid("tester").listener(events).start();
    Peer peer = broker.acceptClient(ETID);
    events.expect("connected " + ETID);
    return peer;
  }

  private static byte[] repeated(byte[] packet, int times) {
    byte[] all = new byte[packet.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = packet[i % packet.length];
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"smq", "ws"})
  void pingsWhoseAnswersAreNotReadEndTheConnection(String scheme) throws Exception {
    Peer peer = connect(scheme);
    byte[] webSocketPing = {(byte) 0x89, 0};
    byte[] ping =
        scheme.equals("ws") ? webSocketPing : PacketEncoder.encode(new Packet.Ping()).raw();
    byte[] pings = repeated(ping, 100_000);
    // far more than the system holds of the answers
    int times = 0;
    try {
      for (; times < 500; times++) {
        peer.sendBytes(pings);
      }
    } catch (IOException closedByTheClient) {
      // what is expected
    }
    assertTrue(times < 500, "50 million answers were kept");
    events.await("disconnected CONNECTION_LOST again", Duration.ofSeconds(5));
  }

  @Test
  void answersToQuestionsThatWereNotAskedAreNotKept() {
    EventThread thread = new EventThread("test", 1);
    Monitor monitor = new Monitor(thread);
    Uplink uplink = new Uplink();
    Names names = new Names(monitor, uplink, Packet.Create::new);
    Subscriptions subscriptions = new Subscriptions(monitor, uplink);
    names.accepted("never asked for", 7);
    assertEquals(Ids.NONE, names.id("never asked for"));
    assertFalse(subscriptions.accepted("never asked for", 7));
    names.ask("asked for");
    names.accepted("asked for", 8);
    assertEquals(8, names.id("asked for"));
  }

  @Test
  void aSubscriptionThatWasNotAskedForIsNeitherKeptNorAnswered() throws Exception {
    Peer peer = connect("smq");
    for (int i = 1; i <= 3; i++) {
      peer.send(new Packet.Suback(true, i, "unknown" + i));
      peer.send(new Packet.Createack(true, i, "unknown" + i));
    }
    peer.send(new Packet.Ping());
    peer.expect(new Packet.Pong());
    peer.close();
    events.await("disconnected CONNECTION_LOST again", Duration.ofSeconds(5));
    Peer again = broker.acceptClient(ETID);
    // none of the names is asked for again
    again.send(new Packet.Ping());
    again.expect(new Packet.Pong());
  }

  @Test
  void aBrokerThatDripsItsAnswerDoesNotKeepTheClientFromOthers() throws Exception {
    try (ScriptedBroker other = new ScriptedBroker()) {
      client =
          SmqClient.builder(broker.url() + "," + other.url())
              .uid("tester")
              .connectTimeout(Duration.ofMillis(300))
              .listener(events)
              .start();
      Peer dripping = broker.accept();
      Thread drip =
          new Thread(
              () -> {
                try {
                  dripping.sendText("HTTP/1.1 200 OK\r\nX-Slow: ");
                  while (true) {
                    dripping.sendText("x");
                    Thread.sleep(100);
                  }
                } catch (IOException | InterruptedException closedByTheClient) {
                  // the end of the drip
                }
              });
      drip.setDaemon(true);
      drip.start();
      other.acceptClient(ETID);
      events.await("connected " + ETID, Duration.ofSeconds(5));
    }
  }

  @Test
  void aMessageInManyFragmentsTakesTimeInProportionToItsLength() throws Exception {
    Peer peer = connect("ws");
    client.subscribeDirect(message -> events.note(message.payload().length + " bytes"));
    byte[] raw = PacketEncoder.encode(Packet.Publish.of(ETID, 5, 0, new byte[60_000])).raw();
    int length = raw.length - 2;
    peer.sendBytes((byte) 2, (byte) 126, (byte) (length >> 8), (byte) length);
    peer.sendBytes(Arrays.copyOfRange(raw, 2, raw.length));
    peer.sendBytes(new byte[2 * 400_000]);
    peer.sendBytes((byte) 0x80, (byte) 0);
    events.await("60000 bytes", Duration.ofSeconds(2));
  }
}
