package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/** A client by WebSocket, as the broker has it. */
class WebSocketConnectionTest {

  private static final TopicPolicy BROKEN =
      new TopicPolicy() {
        @Override
        public boolean maySubscribe(Client client, String topic) {
          throw new NoClassDefFoundError("a class of the application");
        }
      };

  /** The thread that reads is one of the server's, for many connections. */
  @Test
  void aPacketWhoseHandlingFailsInAnyWayClosesItsClientAlone() {
    StandaloneCluster cluster = new StandaloneCluster();
    BrokerHooks hooks =
        new BrokerHooks(
            request -> CompletableFuture.completedStage(Authentication.ANONYMOUS),
            BROKEN,
            List.of());
    NodeBroker broker = new NodeBroker("smq", "node1", BrokerSettings.DEFAULT, cluster, hooks);
    cluster.listener(broker.listener());
    OutboxDrainTest.Sink socket = new OutboxDrainTest.Sink();
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      WebSocketConnection connection = new WebSocketConnection(broker, Runnable::run, timer);
      connection.open(
          new ConnectionInfo(
              Transport.WEBSOCKET,
              InetAddress.getLoopbackAddress(),
              40_000,
              "/smq.lsp",
              Map.of(),
              Optional.empty(),
              List.of(),
              false),
          socket);
      send(connection, Packet.Connect.version1("client-1", new byte[0], ""));
      assertEquals(1, broker.clients().size());
      send(connection, new Packet.Subscribe("t"));
      assertEquals(CloseReason.INTERNAL_ERROR.webSocketCode(), socket.closeCode);
      assertEquals(0, broker.clients().size());
    } finally {
      timer.shutdownNow();
    }
  }

  private static void send(WebSocketConnection connection, Packet packet) {
    connection.message(PacketEncoder.encode(packet).raw());
  }
}
