package org.smqcluster.admin.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

class ClientRatesTest {

  private final TestBroker node = new TestBroker(BrokerHooks.NONE);
  private final ClientRates rates = new ClientRates();

  private ClientView.Load load(Client client, long seconds) {
    return rates.of(client, TimeUnit.SECONDS.toNanos(seconds), client.connectedAt());
  }

  @Test
  void measuresFromOneQuestionToTheNext() {
    Session session = node.connect("measured", Transport.RAW);
    Client client = node.client(session);
    load(client, 0);
    for (int i = 0; i < 20; i++) {
      TestBroker.send(session, new Packet.Ping());
    }
    assertEquals(10, load(client, 2).packetsIn());
  }

  /** Its outbox may hold a megabyte. */
  @Test
  void keepsNoClientThatHasEnded() {
    WeakReference<Client> ended = measuredAndEnded();
    Await.until(
        "the client to be garbage",
        Duration.ofSeconds(10),
        () -> {
          System.gc();
          return ended.get() == null;
        });
  }

  private WeakReference<Client> measuredAndEnded() {
    Session session = node.connect("measured", Transport.RAW);
    Client client = node.client(session);
    load(client, 0);
    session.connectionLost(CloseReason.CONNECTION_LOST, "");
    return new WeakReference<>(client);
  }
}
