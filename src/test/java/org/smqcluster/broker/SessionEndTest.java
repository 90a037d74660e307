package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;

/** A client's end is whole, and that of the next one too, whatever fails on the way. */
class SessionEndTest {

  private final long before = InternalErrors.count();

  @Test
  void aClientIsGoneEvenIfTheClusterCannotBeTold() {
    BrokerRig rig =
        BrokerRig.start(BrokerSettings.DEFAULT, cluster -> failing(cluster, "unregister"));
    TestClient client = rig.connected("client-a");
    client.subscribe("topic");
    client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
    assertTrue(rig.events.contains("disconnected client-a CONNECTION_LOST"), rig.events.toString());
    assertTrue(InternalErrors.count() > before);
  }

  /** It reads the Disconnect and closes while the broker still ends its session. */
  @Test
  void aClientThatClosesFasterThanTheBrokerIsToldAsEndedByTheBroker() {
    BrokerRig rig = BrokerRig.start();
    TestClient client = rig.connected("client-a");
    client.session.tap(
        (from, fromClient, packet) ->
            client.session.connectionLost(CloseReason.CONNECTION_LOST, "closed by the client"));
    client.session.disconnect(CloseReason.ADMINISTRATIVE, "for a test");
    assertTrue(rig.events.contains("disconnected client-a ADMINISTRATIVE"), rig.events.toString());
  }

  @Test
  void aClientIsGoneEvenIfItsConnectionCannotBeClosed() {
    BrokerRig rig = BrokerRig.start();
    TestClient client = rig.connected("client-a");
    client.subscribe("topic");
    client.connection.failure = new NoClassDefFoundError("a class of the transport");
    client.session.disconnect(CloseReason.DRAINING);
    assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
    assertTrue(rig.events.contains("disconnected client-a DRAINING"), rig.events.toString());
  }

  @Test
  void everyListenerHearsOfItEvenIfOneThrowsAnError() {
    StandaloneCluster cluster = new StandaloneCluster();
    boolean[] heard = {false};
    BrokerListener broken =
        new BrokerListener() {
          @Override
          public void disconnected(Client client, CloseReason reason, String text) {
            throw new NoClassDefFoundError("a class of the application");
          }
        };
    BrokerListener sound =
        new BrokerListener() {
          @Override
          public void disconnected(Client client, CloseReason reason, String text) {
            heard[0] = true;
          }
        };
    NodeBroker broker =
        new NodeBroker(
            "test",
            "node1",
            BrokerSettings.DEFAULT,
            cluster,
            new BrokerHooks(
                request -> CompletableFuture.completedStage(Authentication.ANONYMOUS),
                TopicPolicy.PERMIT_ALL,
                List.of(broken, sound)));
    cluster.listener(broker.listener());
    TestClient client = new TestClient(broker, Transport.RAW).connected("client-a");
    client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    assertTrue(heard[0]);
    assertEquals(0, broker.connections());
  }

  @Test
  void aSessionWhoseClockFailsDoesNotStopTheClockOfTheOthers() {
    BrokerRig rig = BrokerRig.start();
    TestClient first = rig.open();
    TestClient second = rig.open();
    first.connection.failure = new OutOfMemoryError("unable to create native thread");
    second.connection.failure = first.connection.failure;
    rig.pass(BrokerSettings.DEFAULT.timeouts().handshake().plus(Duration.ofSeconds(1)));
    assertEquals(0, rig.broker.connections());
  }

  @Test
  void withoutAFileDescriptorForItAClientIsToldToTryAnotherNode() {
    BrokerRig rig = BrokerRig.start();
    rig.room = false;
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    assertEquals(ConnackCode.UNAVAILABLE, client.next(Packet.Connack.class).code());
    assertEquals(0, rig.broker.connections());
    rig.room = true;
    rig.connected("client-a");
  }

  /** A cluster of which one method throws what a class throws that cannot be loaded. */
  private static Cluster failing(Cluster cluster, String name) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)) {
                throw new NoClassDefFoundError("a class of the cluster");
              }
              try {
                return method.invoke(cluster, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
