package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.config.BrokerDefinition;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;
import org.smqcluster.node.Balancer;
import org.smqcluster.node.Descriptors;
import org.smqcluster.node.Drain;
import org.smqcluster.node.EventQueue;
import org.smqcluster.node.HostedBroker;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.security.AccessControl;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.threads.DaemonThreads;

/**
 * Builds the node in the order in which nothing is missed: the cluster first, with all that it
 * knows; then the brokers and the application's subscriptions; then the ports for clients. Stops it
 * in the reverse order, after its clients are gone.
 */
@ApplicationScoped
public class NodeStarter {

  private static final Logger LOG = System.getLogger(NodeStarter.class.getName());
  private static final int TICK_MILLIS = 250;

  /** What the start waits for the warm-up at most, once all else is done. */
  private static final int WARM_UP_MILLIS = 500;

  @Inject private SmqNode node;
  @Inject private Settings settings;
  @Inject private ApplicationHooks hooks;
  @Inject private Instance<AccessControl> accessControl;
  @Inject private OnMessageMethods messageMethods;
  @Inject private SharedMaps sharedMaps;
  @Inject private Event<NodeStarted> started;
  @Inject private ClusterJoin earlyJoin;
  @Inject private Descriptors descriptors;
  @Inject private TrustedProxies proxies;
  @Inject private PeriodicThreads periodic;

  private ScheduledExecutorService scheduler;
  private ClientPorts ports;
  private Runnable signal = () -> {};

  void start(ServletContext context) {
    // first: settings that would accept unknown clients must stop the start before a port is open
    AccessControl access = admission();
    if (!settings.ofServices().isEmpty()) {
      LOG.log(
          Level.INFO,
          "Ignored as configuration, because Kubernetes sets them for services: {0}",
          String.join(", ", settings.ofServices()));
    }
    ClassLoader classLoader = context.getClassLoader();
    DaemonThreads threads = new DaemonThreads("smq-classes", classLoader);
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () -> LateClasses.load(context), task -> threads.newThread(task).start());
    WarmUp warmUp = WarmUp.start(new DaemonThreads("smq-warm-up", classLoader));
    scheduler =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("smq-timer", classLoader));
    ClusterNode cluster = earlyJoin.take();
    cluster.deployedUnder(context.getContextPath());
    try {
      List<HostedBroker> brokers =
          settings.get(ConfigKey.BROKERS).stream()
              .map(definition -> host(definition, cluster, classLoader))
              .toList();
      Balancer balancer =
          new Balancer(scheduler, cluster, brokers, settings.get(ConfigKey.BALANCE_RATE));
      Drain drain =
          new Drain(
              scheduler, settings.get(ConfigKey.DRAIN_RATE), settings.get(ConfigKey.DRAIN_TIMEOUT));
      node.started(cluster, brokers, drain, balancer);
      sharedMaps.open(cluster);
      brokers.forEach(hosted -> hosted.events().begin());
      messageMethods.subscribe(node::brokerClient).toCompletableFuture().join();
      started.fire(new NodeStarted(node));
      scheduler.scheduleWithFixedDelay(
          () -> InternalErrors.contain("a tick of the node", node::tick),
          TICK_MILLIS,
          TICK_MILLIS,
          TimeUnit.MILLISECONDS);
      descriptors.warnIfFew();
      late.join();
      warmUp.await(WARM_UP_MILLIS);
      ports = ClientPorts.open(node, settings, access, proxies, descriptors, context);
      node.serve();
      if (settings.get(ConfigKey.BALANCE_ENABLED)) {
        balancer.runAlways();
      }
      signal = TerminationSignal.handle(this::stop);
      cluster.whenStuck(new StuckNode(node, settings.get(ConfigKey.EXIT_ON_FAILURE))::end);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "Cannot start the node", e);
      stop();
      scheduler.shutdownNow();
      cluster.close();
      throw e;
    }
    LOG.log(
        Level.INFO,
        "Node {0} is ready: pages at {1}/, {2}",
        node.name(),
        context.getContextPath(),
        ports);
  }

  private HostedBroker host(
      BrokerDefinition definition, ClusterNode clusterNode, ClassLoader classLoader) {
    EventQueue events =
        new EventQueue(new DaemonThreads("smq-events-" + definition.name(), classLoader));
    AtomicReference<NodeBroker> made = new AtomicReference<>();
    BrokerCluster cluster;
    try {
      cluster =
          clusterNode.open(
              definition.name(),
              own -> {
                made.set(
                    new NodeBroker(
                        definition.name(),
                        NodeConfig.nodeName(settings),
                        NodeConfig.broker(settings),
                        own,
                        hooks.of(definition.name(), events),
                        descriptors::isRoomForClient));
                return made.get().listener();
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    NodeBroker broker = made.get();
    NodeConfig.lastValues(settings)
        .ifPresent(
            wanted ->
                broker.keepLastValues(
                    wanted,
                    clusterNode.records(
                        "last-values-" + broker.name(), wanted.values(), wanted.bytes())));
    BrokerClient client = broker.openClient(events);
    return new HostedBroker(broker, cluster, client, definition.paths(), events);
  }

  private AccessControl admission() {
    try {
      return accessControl.get();
    } catch (RuntimeException e) {
      earlyJoin.abandon();
      throw e;
    }
  }

  /** Drains and stops the node, once. */
  synchronized void stop() {
    if (ports == null && !node.isStarted()) {
      return;
    }
    InternalErrors.contain(
        "the end of the node",
        this::letClientsGo,
        this::closePorts,
        periodic::end,
        this::leave,
        node::stopped,
        scheduler::shutdownNow,
        signal::run);
  }

  private void letClientsGo() {
    if (node.isStarted() && ports != null) {
      LOG.log(
          Level.INFO,
          "Node {0} stops and disconnects its {1} clients",
          node.name(),
          node.clients());
      node.drainAndWait();
    }
  }

  private void closePorts() {
    ClientPorts open = ports;
    ports = null;
    if (open != null) {
      open.close();
    }
  }

  private void leave() {
    if (node.isStarted()) {
      node.close();
      LOG.log(Level.INFO, "Node {0} has left the cluster", node.name());
    }
  }
}
