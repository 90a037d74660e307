package org.smqcluster.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/** A broker of one node without sockets, and clients that are driven by hand. */
public final class TestBroker {

  public final NodeBroker broker;

  public TestBroker(BrokerHooks hooks) {
    StandaloneCluster cluster = new StandaloneCluster();
    broker = new NodeBroker("smq", "node1", BrokerSettings.DEFAULT, cluster, hooks);
    cluster.listener(broker.listener());
  }

  /** A client that does not read: what is sent to it stays in its outbox. */
  public Session connect(String uid, Transport transport) {
    Session session = broker.accept(new Unread(), info(transport), opened -> {});
    send(session, Packet.Connect.version1(uid, new byte[0], "test"));
    return session;
  }

  /** The client as hooks and administration see it. */
  public Client client(Session session) {
    return broker.client(session.etid()).orElseThrow();
  }

  /** A packet comes from the client. */
  public static void send(Session session, Packet packet) {
    session.received(PacketEncoder.encode(packet));
  }

  /** The client subscribes; returns the topic's id. */
  public int subscribe(Session session, String topic) {
    send(session, new Packet.Subscribe(topic));
    return broker.topics().find(topic).orElseThrow().tid();
  }

  private static ConnectionInfo info(Transport transport) {
    try {
      return new ConnectionInfo(
          transport,
          InetAddress.getByName("192.0.2.7"),
          4711,
          "/smq.lsp",
          Map.of(),
          Optional.empty(),
          List.of(),
          false);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Unread implements Connection {

    @Override
    public void wake() {
      // the client does not read
    }

    @Override
    public void pauseReading() {
      // nothing is read anyway
    }

    @Override
    public void resumeReading() {
      // nothing is read anyway
    }

    @Override
    public void close(CloseReason reason) {
      // there is no socket
    }
  }
}
