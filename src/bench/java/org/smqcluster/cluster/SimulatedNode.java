package org.smqcluster.cluster;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.JChannel;
import org.jgroups.util.Util;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;

/** A node of a real cluster without a server: its clients are entries without a connection. */
final class SimulatedNode implements Cluster.Listener, AutoCloseable {

  /** Registrations of one node that are under way at a time, as in a storm of connects. */
  private static final int WINDOW = 64;

  private static final AtomicLong CONNECTIONS = new AtomicLong();

  final AtomicInteger gone = new AtomicInteger();
  private final String name;
  private final JChannel channel;
  private final ClusterNode node;
  private final BrokerCluster cluster;

  SimulatedNode(int port, List<Integer> members) throws Exception {
    name = "node-" + port;
    ClusterConfig config =
        new ClusterConfig(
            name,
            "scale",
            "local",
            "127.0.0.1",
            port,
            members.stream().map(member -> "127.0.0.1:" + member).toList(),
            ClusterConfig.Bus.DEFAULT,
            Optional.empty(),
            new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "bench"));
    channel = ClusterStack.channel(config);
    node = ClusterNode.join(config, channel, Optional.empty());
    cluster = node.open("smq", asked -> this);
    node.state(NodeState.READY);
  }

  int nodesSeen() {
    return node.nodes().size();
  }

  int clientsSeen() {
    return cluster.clientCount();
  }

  /** Registers clients; returns when all nodes know all of them. */
  void register(int clients) throws InterruptedException {
    Semaphore window = new Semaphore(WINDOW);
    CompletableFuture<?>[] all = new CompletableFuture<?>[clients];
    for (int i = 0; i < clients; i++) {
      window.acquire();
      all[i] =
          cluster
              .register(candidate(), Optional.empty())
              .whenComplete((entry, failure) -> window.release())
              .toCompletableFuture();
    }
    CompletableFuture.allOf(all).join();
  }

  private ClientEntry candidate() {
    long connection = CONNECTIONS.incrementAndGet();
    return new ClientEntry(
        "device-%012x".formatted(connection),
        Ids.etid(ThreadLocalRandom.current().nextInt()),
        name,
        connection,
        System.currentTimeMillis(),
        "192.0.2." + connection % 250,
        Transport.RAW,
        "a device");
  }

  /** Dies without a word. */
  void kill() throws Exception {
    Util.shutdown(channel);
    node.close();
  }

  @Override
  public void named(NameSpace space, int id, String topic) {}

  @Override
  public void nameLost(NameSpace space, int id, String topic) {}

  @Override
  public void interest(RemoteNode remote, int tid, int subscribers) {}

  @Override
  public void clientGone(int etid) {
    gone.incrementAndGet();
  }

  @Override
  public void takenOver(ClientEntry lost) {}

  @Override
  public void deliver(EncodedPacket publish) {}

  @Override
  public void close() {
    node.close();
  }
}
