package org.smqcluster.broker;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.LastValueSettings;
import org.smqcluster.broker.spi.MemoryUse;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.protocol.Packet.Publish;

/**
 * One SMQ broker of one node: what transports give their connections to, and what administration
 * looks at. Knows no socket and no cache: both reach it through interfaces of this package.
 * Thread-safe.
 *
 * <p>The owner calls {@link #tick} a few times a second, and {@link #listener} is given to the
 * cluster before the first client is accepted.
 */
public final class NodeBroker implements Broker, SessionAcceptor {

  /** Idle times need no closer look: walking over 20,000 clients has its price. */
  private static final long CONNECTED_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final BrokerParts parts;
  private final MemoryBudget memory;
  private final OutboxWatch watch;
  private final Cluster.Listener listener;
  private volatile LastValues lastValues;
  private long connectedTickedNanos;

  /**
   * Makes a broker.
   *
   * @param name tells it from other brokers of the node
   * @param nodeName the node's name in the cluster
   */
  public NodeBroker(
      String name, String nodeName, BrokerSettings settings, Cluster cluster, BrokerHooks hooks) {
    this(name, nodeName, settings, cluster, hooks, () -> true);
  }

  /**
   * As the shorter one.
   *
   * @param roomForClient whether the process has room for one more client, asked when its
   *     connection is there; must not block
   */
  public NodeBroker(
      String name,
      String nodeName,
      BrokerSettings settings,
      Cluster cluster,
      BrokerHooks hooks,
      BooleanSupplier roomForClient) {
    this(name, nodeName, settings, cluster, hooks, roomForClient, System::nanoTime);
  }

  /** As the public one, with a clock of the caller's, in nanoseconds. */
  NodeBroker(
      String name,
      String nodeName,
      BrokerSettings settings,
      Cluster cluster,
      BrokerHooks hooks,
      BooleanSupplier roomForClient,
      LongSupplier nanoClock) {
    this.name = name;
    this.memory = new MemoryBudget(settings.memory());
    BrokerClock clock = new BrokerClock(nanoClock);
    this.connectedTickedNanos = clock.now();
    BrokerMetrics metrics = new BrokerMetrics();
    BrokerLog log = new BrokerLog(nodeName);
    Refusals refusals = new Refusals(metrics, log, hooks);
    SessionRegistry sessions = new SessionRegistry();
    OutboxBudget outboxes =
        new OutboxBudget(settings.outbox().bytes(), settings.outbox().totalBytes());
    TopicTable topics = new TopicTable(nodeName, cluster, settings, memory, hooks);
    PublishesUnderWay underWay = new PublishesUnderWay();
    Adoption adoption =
        new Adoption(
            nodeName,
            settings.timeouts().grace().toNanos(),
            cluster,
            sessions,
            outboxes,
            clock,
            metrics,
            log,
            underWay);
    Parking parking = new Parking(settings, cluster, sessions, outboxes, clock, metrics, log);
    this.watch = new OutboxWatch(outboxes, sessions, parking, log);
    this.parts =
        new BrokerParts(
            nodeName,
            settings,
            clock,
            cluster,
            hooks,
            metrics,
            log,
            refusals,
            sessions,
            new EtidObservers(),
            new ConnectionAdmission(settings, sessions, roomForClient),
            outboxes,
            topics,
            underWay,
            new Router(topics, sessions, parking, underWay, cluster, hooks, metrics),
            new ClientRequests(topics, settings.limits(), hooks, log, refusals, this::isConnected),
            parking,
            new SessionSearch(nodeName, cluster, parking, adoption, topics, underWay, clock, log),
            adoption);
    this.listener =
        new ClusterEvents(
            topics,
            sessions,
            parking,
            adoption,
            parts.search(),
            parts.etidObservers(),
            parts.router(),
            underWay,
            metrics,
            log);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String nodeName() {
    return parts.nodeName();
  }

  @Override
  public BrokerSettings settings() {
    return parts.settings();
  }

  @Override
  public BrokerMetrics metrics() {
    return parts.metrics();
  }

  @Override
  public TopicRegistry topics() {
    return parts.topics();
  }

  @Override
  public void tapTopic(String name, Consumer<Publish> watching) {
    parts.topics().find(name).ifPresent(topic -> parts.topics().topic(topic.tid()).tap(watching));
  }

  @Override
  public void untapTopic(String name) {
    tapTopic(name, null);
  }

  /**
   * Keeps the last values of topics; call at most once, when the cluster is open and before the
   * first client is accepted.
   *
   * @param records where all nodes keep them, with the bounds of the settings
   */
  public void keepLastValues(LastValueSettings wanted, SharedRecords records) {
    LastValues keeping = new LastValues(wanted, records, parts.metrics());
    parts.topics().keep(keeping);
    keeping.start();
    lastValues = keeping;
  }

  @Override
  public boolean removeLastValue(int tid, int subtid) {
    TopicState topic = parts.topics().topic(tid);
    return topic != null && topic.kept() != null && topic.kept().remove(subtid);
  }

  /** What the cluster calls. */
  public Cluster.Listener listener() {
    return listener;
  }

  @Override
  public Session accept(
      Connection connection, ConnectionInfo info, Consumer<? super Session> beforeStart) {
    InetAddress address = info.address();
    boolean limited = parts.admission().isLimited(address);
    MemoryBudget.ClientMemory kept = memory.open(ClientNetwork.of(address), limited);
    SessionLifecycle session = new SessionLifecycle(parts, connection, info, kept);
    parts.sessions().opened(session);
    beforeStart.accept(session);
    session.start();
    parts
        .admission()
        .rejectionOf(address)
        .or(() -> Optional.ofNullable(kept.charge(MemoryCost.connection(connection, info))))
        .ifPresent(session::reject);
    return session;
  }

  @Override
  public Collection<? extends Client> clients() {
    return Collections.unmodifiableCollection(parts.sessions().connected());
  }

  @Override
  public Optional<Client> client(int etid) {
    return Optional.ofNullable(parts.sessions().byEtid(etid));
  }

  @Override
  public int connections() {
    return parts.sessions().open().size();
  }

  /** Connections that are being closed and still get what waited for their clients. */
  public int flushing() {
    return parts.sessions().flushing();
  }

  @Override
  public int parked() {
    return parts.parking().offered();
  }

  @Override
  public int orphaned() {
    return parts.adoption().orphans();
  }

  /** Parked sessions for which a node that stops has to wait: other nodes may take them. */
  public int parkedForOthers() {
    return parts.cluster().canPark() ? parts.parking().offered() : 0;
  }

  @Override
  public long parkedBytes() {
    return parts.parking().bytes();
  }

  /**
   * Lets up to {@code atMost} clients go to other nodes, which find them parked; returns how many.
   */
  public int letGo(int atMost) {
    List<ClientSession> some =
        parts.sessions().connected().stream()
            .filter(session -> !session.isLeaving())
            .limit(atMost)
            .toList();
    InternalErrors.forEach("letting a client go", some, ClientSession::letGo);
    return some.size();
  }

  /** Refuses new clients with Connack 2 {@code draining}, or takes them again. */
  public void draining(boolean refuse) {
    parts.admission().draining(refuse);
  }

  @Override
  public boolean isDraining() {
    return parts.admission().isDraining();
  }

  /**
   * Looks at the clock, for everything that takes too long; call a few times a second, on one
   * thread.
   */
  public void tick() {
    long time = parts.clock().advance();
    InternalErrors.contain(
        "a tick of a broker",
        () -> parts.router().tick(time),
        watch::tick,
        this::tickLastValues,
        () -> parts.parking().tick(time),
        () -> parts.adoption().tick(time),
        () -> memory.measured(parts.cluster().keptBytes() + parts.parking().keptBytes()));
    InternalErrors.forEach(
        "the tick of a client", parts.sessions().connecting(), each -> each.tick(time));
    if (parts.settings().rates().packets() > 0
        || time - connectedTickedNanos >= CONNECTED_TICK_NANOS) {
      connectedTickedNanos = time;
      InternalErrors.forEach(
          "the tick of a client", parts.sessions().connected(), each -> each.tick(time));
    }
  }

  private void tickLastValues() {
    if (lastValues != null) {
      lastValues.tick();
    }
  }

  @Override
  public MemoryUse memoryUse() {
    return memory.use();
  }

  /**
   * Bounds the names that this node's clients create by what the node with the smallest heap has
   * room for, in bytes: all nodes hold all names.
   */
  public void namesOfSmallestNode(long bytes) {
    memory.namesOfSmallestNode(bytes);
  }

  /** A client of application code inside this process, which answers to ETID 1 as well. */
  public BrokerClient openClient(Executor executor) {
    return new BrokerClient(parts.topics(), parts.router(), parts.log(), executor);
  }

  @Override
  public boolean isConnected(int etid) {
    return (parts.sessions().byEtid(etid) != null || parts.cluster().ownerOf(etid).isPresent())
        && !parts.cluster().isParked(etid);
  }
}
