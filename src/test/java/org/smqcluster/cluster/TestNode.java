package org.smqcluster.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jgroups.JChannel;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.ProtocolStack;
import org.jgroups.util.Util;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.Await;

/** A node of a real cluster in this JVM, and a listener that writes down what it is told. */
final class TestNode implements Cluster.Listener, AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final ClusterConfig.Self SELF =
      new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "test");
  private static final AtomicLong CONNECTIONS = new AtomicLong();

  final String name;
  final ClusterNode node;
  final JChannel channel;
  final BrokerCluster cluster;
  final Map<String, Integer> names = new ConcurrentHashMap<>();
  final List<String> namesLost = new CopyOnWriteArrayList<>();
  final Map<String, Integer> interest = new ConcurrentHashMap<>();
  final Map<String, RemoteNode> peers = new ConcurrentHashMap<>();
  final List<Integer> gone = new CopyOnWriteArrayList<>();
  final List<Long> takenOver = new CopyOnWriteArrayList<>();
  final List<Integer> delivered = Collections.synchronizedList(new ArrayList<>());

  TestNode(String name, int index, List<Integer> ports) {
    this(name, index, ports, "local", ClusterConfig.Bus.DEFAULT);
  }

  TestNode(String name, int index, List<Integer> ports, String stack, ClusterConfig.Bus bus) {
    this(name, ports.get(index), ports, stack, bus, Optional.empty());
  }

  /** A node that listens on one port and looks for others, and itself, on its members'. */
  TestNode(
      String name,
      int port,
      List<Integer> members,
      String stack,
      ClusterConfig.Bus bus,
      Optional<ClusterConfig.Tls> tls) {
    this(name, port, members, stack, bus, tls, SELF);
  }

  /** As the others; the node describes itself as {@code self}. */
  TestNode(
      String name,
      int port,
      List<Integer> members,
      String stack,
      ClusterConfig.Bus bus,
      Optional<ClusterConfig.Tls> tls,
      ClusterConfig.Self self) {
    this(name, config(name, port, members, stack, bus, tls, self), Optional.empty());
  }

  /** A node that keeps its state. */
  TestNode(String name, int port, List<Integer> members, Path state) throws IOException {
    this(name, config(name, port, members), Optional.of(StateDirectory.open(state)));
  }

  private TestNode(String name, ClusterConfig config, Optional<StateDirectory> state) {
    this.name = name;
    try {
      channel = ClusterStack.channel(config);
      node = ClusterNode.join(config, channel, state);
      cluster = node.open("default", asked -> this);
      node.state(NodeState.READY);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static ClusterConfig config(String name, int port, List<Integer> members) {
    return config(name, port, members, "local", ClusterConfig.Bus.DEFAULT, Optional.empty(), SELF);
  }

  private static ClusterConfig config(
      String name,
      int port,
      List<Integer> members,
      String stack,
      ClusterConfig.Bus bus,
      Optional<ClusterConfig.Tls> tls,
      ClusterConfig.Self self) {
    return new ClusterConfig(
        name,
        "test",
        stack,
        "127.0.0.1",
        port,
        members.stream().map(member -> "127.0.0.1:" + member).toList(),
        bus,
        tls,
        self);
  }

  /** Ports that were free a moment ago. */
  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    Await.until(what, BOUND, condition::getAsBoolean);
  }

  ClientEntry candidate(String uid) {
    return new ClientEntry(
        uid,
        Ids.etid(ThreadLocalRandom.current().nextInt()),
        name,
        CONNECTIONS.incrementAndGet(),
        System.currentTimeMillis(),
        "127.0.0.1",
        Transport.RAW,
        "test");
  }

  ClientEntry register(String uid) {
    return await(cluster.register(candidate(uid), Optional.empty()));
  }

  int topic(String topic) {
    return await(cluster.resolve(NameSpace.TOPIC, topic));
  }

  /** Publishes a number to a topic of another node. */
  Outbox.Offer publish(TestNode to, int tid, int number) {
    return peer(to).outbox().offer(message(tid, number));
  }

  RemoteNode peer(TestNode to) {
    int id = to.node.self().id();
    return cluster.nodes().stream().filter(each -> each.id() == id).findFirst().orElse(null);
  }

  /** Entries of clients and interest that this node holds, those of nodes that are gone too. */
  int entries() {
    return cluster.tables().stream()
        .filter(table -> !(table instanceof NameTable))
        .mapToInt(table -> table.known().size())
        .sum();
  }

  static EncodedPacket message(int tid, int number) {
    return PacketEncoder.encode(Packet.Publish.of(tid, 1, number, new byte[] {1, 2, 3}));
  }

  int nodesSeen() {
    return node.nodes().size();
  }

  int interestIn(int tid, TestNode of) {
    return interest.getOrDefault(of.name + "/" + tid, 0);
  }

  @Override
  public void named(NameSpace space, int id, String topic) {
    names.put(topic, id);
  }

  @Override
  public void nameLost(NameSpace space, int id, String topic) {
    namesLost.add(topic);
    names.remove(topic, id);
  }

  @Override
  public void interest(RemoteNode remote, int tid, int subscribers) {
    peers.put(remote.name(), remote);
    interest.put(remote.name() + "/" + tid, subscribers);
  }

  @Override
  public void clientGone(int etid) {
    gone.add(etid);
  }

  @Override
  public void takenOver(ClientEntry lost) {
    takenOver.add(lost.connection());
  }

  @Override
  public void deliver(EncodedPacket publish) {
    try {
      delivered.add(((Packet.Publish) PacketDecoder.decode(publish)).subtid());
    } catch (MalformedPacketException e) {
      throw new AssertionError(e);
    }
  }

  /** Cuts this node off the network, or back on: nothing is sent or heard while it is off. */
  void cut(boolean off) throws Exception {
    discard().discardAll(off);
  }

  /** Lets no other node hear this one, while it hears the others. */
  void mute(boolean off) throws Exception {
    discard().setDownDiscardRate(off ? 1.0 : 0.0);
  }

  private DISCARD discard() throws Exception {
    ProtocolStack stack = channel.getProtocolStack();
    DISCARD discard = stack.findProtocol(DISCARD.class);
    if (discard == null) {
      discard = new DISCARD();
      stack.insertProtocol(discard, ProtocolStack.Position.ABOVE, TCP.class);
    }
    return discard;
  }

  /** Dies without a word. */
  void kill() throws Exception {
    Util.shutdown(channel);
    node.close();
  }

  @Override
  public void close() {
    node.close();
  }
}
