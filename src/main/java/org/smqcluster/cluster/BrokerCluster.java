package org.smqcluster.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.infinispan.manager.EmbeddedCacheManager;
import org.jgroups.JChannel;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.protocol.EncodedPacket;

/**
 * The cluster as one broker of this node sees it: names, interest and clients in replicated caches,
 * and a bus for its messages. Brokers of other names have caches and a bus of their own.
 */
public final class BrokerCluster implements Cluster {

  /** Formats before it know neither parked clients nor numbered packets. */
  private static final int PARKING_FORMAT = 2;

  private static final Duration ANSWER_TIME = Duration.ofSeconds(10);

  private final String broker;
  private final Members members;
  private final CacheWrites writes;
  private final ClusterConfig.Bus bounds;
  private final NodeRequests handovers;
  private final Object lock = new Object();

  /** What nodes that died were interested in, for as long as their clients may come. */
  private final Map<Integer, List<Integer>> deadInterest = new ConcurrentHashMap<>();

  // set by listener(), before anything else is asked
  private NameTable names;
  private InterestTable interest;
  private ClientTable clients;
  private Bus bus;
  private Listener listener;

  BrokerCluster(
      String broker,
      Members members,
      CacheWrites writes,
      ClusterConfig.Bus bounds,
      NodeRequests handovers) {
    this.handovers = handovers;
    this.broker = broker;
    this.members = members;
    this.writes = writes;
    this.bounds = bounds;
  }

  /** Connects the broker and tells it what the cluster, and this node's state, knows. */
  void start(
      EmbeddedCacheManager caches,
      JChannel fork,
      Listener connected,
      Optional<StateDirectory> state)
      throws Exception {
    listener = connected;
    String namesCache = "names-" + broker;
    String interestCache = "interest-" + broker;
    String clientsCache = "clients-" + broker;
    caches.defineConfiguration(namesCache, CacheSettings.replicated(CacheSettings::smallerName));
    caches.defineConfiguration(interestCache, CacheSettings.replicated(CacheSettings::first));
    caches.defineConfiguration(clientsCache, CacheSettings.replicated(CacheSettings::laterClient));
    caches.startCaches(namesCache, interestCache, clientsCache);
    bus = new Bus(fork, broker, members.self(), bounds, listener::deliver, listener::settled);
    names = new NameTable(caches.getCache(namesCache), writes, listener, lock);
    interest =
        new InterestTable(
            caches.getCache(interestCache), members.self(), writes, listener, bus::peer, lock);
    clients = new ClientTable(caches.getCache(clientsCache), members, writes, listener, lock);
    bus.start();
    names.start();
    interest.start();
    clients.start();
    members.watch(new Nodes());
    if (state.isPresent()) {
      state.get().keep(names);
    }
  }

  void stop() {
    bus.stop();
  }

  @Override
  public CompletionStage<Integer> resolve(NameSpace space, String name) {
    return names.resolve(space, name);
  }

  @Override
  public CompletionStage<Void> announceInterest(int tid, int subscribers) {
    return interest.announce(tid, subscribers);
  }

  @Override
  public CompletionStage<ClientEntry> register(ClientEntry candidate, Optional<String> user) {
    byte[] session = listener.keepsForDead() ? ClientCodec.session(user) : ClientCodec.NO_SESSION;
    return clients.registered().register(candidate, session);
  }

  @Override
  public void unregister(ClientEntry entry) {
    clients.registered().unregister(entry);
  }

  @Override
  public boolean knowsParked() {
    return members.format() >= PARKING_FORMAT;
  }

  @Override
  public boolean canPark() {
    return knowsParked()
        && members.all().stream()
            .anyMatch(node -> node.id() != members.self() && node.state() == NodeState.READY);
  }

  @Override
  public CompletionStage<ClientEntry> park(ClientEntry entry) {
    return clients.registered().park(entry);
  }

  @Override
  public Optional<ClientEntry> client(String uid) {
    return clients.index().byUid(uid);
  }

  @Override
  public boolean isParked(int etid) {
    return clients.index().isParked(etid);
  }

  @Override
  public CompletionStage<Void> describe(ClientEntry entry, Optional<String> user, int[] tids) {
    return clients.registered().describe(entry, ClientCodec.session(user, tids));
  }

  @Override
  public boolean isDescribed(String uid) {
    return clients.isDescribed(uid);
  }

  @Override
  public Optional<Orphan> orphan(String uid) {
    return clients
        .orphan(uid)
        .filter(each -> bus.dead(each.node()) != null || bus.peer(each.node()) != null);
  }

  @Override
  public int orphans(int node) {
    return clients.orphans(node);
  }

  @Override
  public boolean isThere(int node) {
    return bus.peer(node) != null;
  }

  @Override
  public Optional<List<EncodedPacket>> takeKept(int node) {
    NodeLink gone = bus.dead(node);
    return gone == null ? Optional.empty() : gone.takeKept();
  }

  @Override
  public void forget(int node) {
    // a node may come back while the timer forgets it
    synchronized (lock) {
      NodeLink gone = bus.dead(node);
      if (gone != null) {
        clients.forget(node);
        deadInterest.remove(node).forEach(tid -> listener.interest(gone, tid, 0));
        bus.forget(node);
      }
    }
  }

  @Override
  public CompletionStage<byte[]> ask(String node, byte[] question) {
    byte[] name = broker.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(1 + name.length + question.length);
    out.put((byte) name.length).put(name).put(question);
    return handovers.askInTurn(node, out.array(), ANSWER_TIME);
  }

  /** Answers a question of another node if it is for this broker, and empty if not. */
  Optional<CompletionStage<byte[]>> asked(byte[] question) {
    byte[] name = broker.getBytes(StandardCharsets.UTF_8);
    int start = 1 + name.length;
    if (question.length < start
        || question[0] != name.length
        || !Arrays.equals(question, 1, start, name, 0, name.length)) {
      return Optional.empty();
    }
    return Optional.of(listener.asked(Arrays.copyOfRange(question, start, question.length)));
  }

  @Override
  public CompletionStage<Void> received() {
    return bus.received();
  }

  @Override
  public long keptBytes() {
    return clients.index().bytes() + (long) interest.known().size() * InterestTable.ENTRY_BYTES;
  }

  @Override
  public Optional<RemoteNode> ownerOf(int etid) {
    int node = clients.index().nodeOf(etid);
    if (node == 0 || node == members.self()) {
      return Optional.empty();
    }
    RemoteNode peer = bus.peer(node);
    return Optional.ofNullable(peer == null ? bus.dead(node) : peer);
  }

  @Override
  public Collection<NodeLink> nodes() {
    return bus.peers();
  }

  /** Peers first, so that what is told of a node finds it; last when it goes. */
  private final class Nodes implements NodeWatcher {

    @Override
    public void joined(NodeInfo node) {
      forget(node.id());
      bus.joined(node, members.addressOf(node.id()));
      interest.nodeJoined(node.id());
      clients.nodeJoined(node.id());
    }

    @Override
    public void left(NodeInfo node) {
      int id = node.id();
      boolean isKept = listener.keepsForDead();
      int orphans = isKept ? clients.nodeDies(id) : 0;
      InternalErrors.contain(
          "the end of another node",
          () -> deadInterest.put(id, interest.nodeLeft(id, isKept ? PARKED : 0)),
          () -> clients.nodeLeft(id),
          () -> end(node, isKept, orphans));
    }

    private void end(NodeInfo node, boolean isKept, int orphans) {
      if (isKept) {
        // first: what is asked for is found there, or the node is
        listener.died(node.name(), node.id(), orphans);
        bus.died(node.id());
      } else {
        deadInterest.remove(node.id());
        bus.left(node.id());
      }
    }
  }

  // ---- after merges and deaths

  void removeGhosts(boolean thoroughly) {
    interest.removeGhosts(members);
    clients.removeGhosts(thoroughly);
  }

  List<CacheTable<?, ?>> tables() {
    return List.of(names, interest, clients);
  }

  // ---- for administration

  /** The broker's name. */
  public String broker() {
    return broker;
  }

  /** The clients of all nodes, connected and parked, a copy. */
  public Collection<ClientEntry> clients() {
    return clients.index().entries();
  }

  /** The clients of nodes that died, for which messages are kept, a copy. */
  public Collection<ClientEntry> orphans() {
    return clients.orphans();
  }

  /** The client of any node with this ETID, if there is one. */
  public Optional<ClientEntry> client(int etid) {
    return clients.index().byEtid(etid);
  }

  /** How many clients all nodes have. */
  public int clientCount() {
    return clients.index().connected();
  }

  /** Packets sent to other nodes. */
  public long packetsOut() {
    return bus.packetsOut.sum();
  }

  /** Bytes of packets sent to other nodes. */
  public long bytesOut() {
    return bus.bytesOut.sum();
  }

  /** Packets received from other nodes. */
  public long packetsIn() {
    return bus.packetsIn.sum();
  }

  /** Bus messages that came a second time, after a split, and were not delivered. */
  public long repeatedMessages() {
    return bus.repeated.sum();
  }

  /** Messages accepted for each other node that is there, by its name, since it came. */
  public Map<String, Long> forwarded() {
    return bus.peers().stream()
        .collect(Collectors.toMap(NodeLink::name, peer -> peer.outbox().accepted(), Long::sum));
  }

  /** Bytes that wait for other nodes, or have not been acknowledged by them. */
  public long pendingBytes() {
    return bus.peers().stream().mapToLong(peer -> peer.outbox().bytes()).sum();
  }
}
