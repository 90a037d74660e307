package org.smqcluster.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.infinispan.manager.EmbeddedCacheManager;
import org.jgroups.JChannel;
import org.jgroups.fork.ForkChannel;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.threads.DaemonThreads;

/**
 * This node's place in the cluster: the JGroups channel, the caches on it, and the other members.
 * {@link #join} returns when the node has received what the others know; the others learn by {@link
 * #state} that it takes clients.
 */
public final class ClusterNode implements AutoCloseable {

  private static final String NODES = "nodes";

  /** Nodes of format 1 know this map: its cache has no prefix, and no removals are kept in it. */
  private static final String DEVICES = "devices";

  private static final String FORK_STACK = "smq";
  private static final Duration FIRST_WRITE_WAIT = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 20;

  private final ClusterConfig config;
  private final JChannel channel;
  private final EmbeddedCacheManager caches;

  /** For retries of writes, and other work that is soon done. */
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, new DaemonThreads("smq-cluster-timer"));

  private final WriteWatch watch = new WriteWatch();

  /** Where writes of nodes, clients, interest and names begin. */
  private final ExecutorService entryThread =
      Executors.newSingleThreadExecutor(new DaemonThreads("smq-cluster-writes"));

  /** Where writes of shared maps begin, apart: clients that connect do not wait for them. */
  private final ExecutorService recordThread =
      Executors.newSingleThreadExecutor(new DaemonThreads("smq-cluster-records"));

  private final CacheWrites writes = new CacheWrites(entryThread, timer, watch, CacheWrites.WINDOW);
  private final CacheWrites recordWrites =
      new CacheWrites(recordThread, timer, watch, CacheWrites.RECORDS_WINDOW);
  private final Members members;
  private final Optional<StateDirectory> state;

  /** The maps that are open on this node, by name. */
  private final Map<String, RecordTable> records = new ConcurrentHashMap<>();

  private final Reconciler reconciler;
  private final JChannel control;
  private final NodeRequests requests;
  private final NodeRequests handovers;
  private final List<BrokerCluster> brokers = new CopyOnWriteArrayList<>();
  private final RefusedConnections refused = new RefusedConnections();

  private ClusterNode(
      ClusterConfig config,
      JChannel channel,
      EmbeddedCacheManager caches,
      Optional<StateDirectory> state)
      throws Exception {
    this.config = config;
    this.state = state;
    this.channel = channel;
    this.caches = caches;
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    members =
        new Members(
            caches.getCache(NODES), config.joining(), channel.getAddress(), writes, new Object());
    control = new ForkChannel(channel, FORK_STACK, "node");
    requests =
        new NodeRequests(new ForkChannel(channel, FORK_STACK, "requests"), members, "requests");
    handovers =
        new NodeRequests(new ForkChannel(channel, FORK_STACK, "handovers"), members, "handovers");
    handovers.handler(this::answerHandover);
    reconciler = new Reconciler(control, members, brokers, this::tables, timer);
  }

  /**
   * Joins the cluster; blocks until the node has the others' state.
   *
   * @param state what it keeps; the node's to close, also if it cannot join
   * @throws IOException if it cannot join, a member does not let it in, or a node of its name is
   *     there
   */
  public static ClusterNode join(ClusterConfig config, Optional<StateDirectory> state)
      throws IOException {
    try {
      return join(config, ClusterStack.channel(config), state);
    } catch (Exception e) {
      state.ifPresent(StateDirectory::close);
      throw ClusterStack.cannotJoin(config, e);
    }
  }

  /** Joins by this channel, which is not connected yet. */
  static ClusterNode join(ClusterConfig config, JChannel channel, Optional<StateDirectory> state)
      throws Exception {
    EmbeddedCacheManager caches = CacheSettings.manager(channel, config);
    AutoCloseable made = caches;
    try {
      caches.defineConfiguration(NODES, CacheSettings.replicated(CacheSettings::first));
      caches.startCaches(NODES);
      JoinCheck.check(config, channel);
      ClusterNode node = new ClusterNode(config, channel, caches, state);
      made = node;
      node.start();
      return node;
    } catch (Exception e) {
      made.close();
      throw e;
    }
  }

  private void start() throws Exception {
    control.setReceiver(reconciler);
    control.connect(NODES);
    members.start();
    requests.start();
    handovers.start();
    members.awaitOwnName();
    for (NodeInfo member : members.all()) {
      FormatVersion.check(members.info(), member);
    }
    members
        .update(UnaryOperator.identity())
        .toCompletableFuture()
        .get(FIRST_WRITE_WAIT.toSeconds(), TimeUnit.SECONDS);
    members.awaitAllKnown();
    reconciler.start();
    watch.start();
  }

  // ---- brokers

  /**
   * Opens the cluster for one broker of this node, whose listener is told what the others know
   * before this returns.
   *
   * @param broker its name; brokers of one name on all nodes are one
   * @param connect makes the broker that asks the cluster and the listener that it tells
   */
  public BrokerCluster open(String broker, Function<Cluster, Cluster.Listener> connect)
      throws IOException {
    BrokerCluster opened = new BrokerCluster(broker, members, writes, config.bus(), handovers);
    try {
      opened.start(
          caches,
          new ForkChannel(channel, FORK_STACK, "bus-" + broker),
          connect.apply(opened),
          state);
    } catch (Exception e) {
      throw new IOException("Cannot open the cluster for broker " + broker + ": " + e, e);
    }
    brokers.add(opened);
    return opened;
  }

  /**
   * Opens a map that all nodes which open it share, or gives the one that is open; blocks until the
   * node has the others' records.
   *
   * @param name of letters, digits and dots
   * @param maxRecords bound of their number
   * @param maxBytes bound of the bytes of keys and records together; nodes that write at once may
   *     pass a bound
   */
  public SharedRecords records(String name, int maxRecords, long maxBytes) {
    return records.computeIfAbsent(name, absent -> openRecords(name, maxRecords, maxBytes));
  }

  private RecordTable openRecords(String name, int maxRecords, long maxBytes) {
    boolean isDevices = name.equals(DEVICES);
    String cache = isDevices ? name : "map-" + name;
    caches.defineConfiguration(cache, CacheSettings.replicated(RecordTable::later));
    RecordTable table =
        new RecordTable(
            caches.getCache(cache),
            recordWrites,
            new RecordTable.Bounds(maxRecords, maxBytes, !isDevices),
            members::isCoordinator,
            new Object());
    table.start();
    try {
      if (state.isPresent()) {
        state.get().keep(table);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** The maps that are open on this node, by name. */
  public Map<String, SharedRecords> records() {
    return Map.copyOf(records);
  }

  private CompletionStage<byte[]> answerHandover(byte[] question) {
    return brokers.stream()
        .flatMap(broker -> broker.asked(question).stream())
        .findFirst()
        .orElseGet(
            () -> CompletableFuture.failedStage(new NodeRequests.Failed("no such broker here")));
  }

  /** What this node keeps beyond the end of all nodes, and where. */
  public Optional<StateDirectory> state() {
    return state;
  }

  /** Questions from node to node. */
  public NodeRequests requests() {
    return requests;
  }

  // ---- nodes

  /** The nodes that are there, this one too. */
  public Collection<NodeInfo> nodes() {
    return members.all();
  }

  /**
   * The format version that all nodes of this moment have, see {@link FormatVersion}. What needs a
   * later one asks here at each use, and is there when the last node is upgraded.
   */
  public int format() {
    return members.format();
  }

  /** This node. */
  public NodeInfo self() {
    return members.info();
  }

  /**
   * Tells all nodes under which context root the application is deployed here.
   *
   * @param contextRoot empty, or a path that begins with a slash and ends without one
   */
  public void deployedUnder(String contextRoot) {
    if (!contextRoot.isEmpty()) {
      members.update(now -> now.under(contextRoot));
    }
  }

  /** Adds a watcher and tells it the nodes of now, this one excepted. */
  public void watch(NodeWatcher watcher) {
    members.watch(watcher);
  }

  /** Tells all nodes how far this one is; completes when they know. */
  public CompletionStage<Void> state(NodeState state) {
    return members.update(now -> now.with(state));
  }

  /** Tells all nodes this one's measurements; completes when they know. */
  public CompletionStage<Void> figures(Map<String, Double> figures) {
    return members.update(now -> now.with(figures));
  }

  /** Waits until other nodes have acknowledged every message; false if the time is up before. */
  public boolean awaitDelivered(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (brokers.stream().anyMatch(broker -> broker.pendingBytes() > 0)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /**
   * Sets what is done, once and on a thread of its own, when this node's writes to the caches no
   * longer end.
   */
  public void whenStuck(Runnable action) {
    watch.whenStuck(action);
  }

  /** Whether this node's writes to the caches no longer end, so that it is useless. */
  public boolean isStuck() {
    return watch.isStuck();
  }

  /** How long the oldest write to the caches is under way. */
  public Duration oldestWrite() {
    return watch.oldest();
  }

  /** Leaves the cluster without a word to the caches, which no longer answer. */
  public void abandon() {
    channel.close();
  }

  private Collection<CacheTable<?, ?>> tables() {
    List<CacheTable<?, ?>> tables = new ArrayList<>(List.of(members));
    tables.addAll(records.values());
    brokers.forEach(broker -> tables.addAll(broker.tables()));
    return tables;
  }

  /** Leaves the cluster in order: the others know at once. */
  @Override
  public void close() {
    String what = "the leave of the cluster";
    InternalErrors.contain(what, watch::stop, timer::shutdownNow, requests::stop, handovers::stop);
    InternalErrors.forEach(what, brokers, BrokerCluster::stop);
    InternalErrors.contain(
        what,
        control::close,
        entryThread::shutdown,
        recordThread::shutdown,
        caches::stop,
        refused::close);
    state.ifPresent(StateDirectory::close);
  }

  /** Connections to the ports for other nodes that were not a node's, since this node joined. */
  public long refusedConnections() {
    return refused.count();
  }
}
