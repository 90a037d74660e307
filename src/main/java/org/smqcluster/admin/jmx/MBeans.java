package org.smqcluster.admin.jmx;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.PacketType;

/** Shows the node and its brokers by JMX: {@code smq:type=Node} and {@code smq:type=Broker}. */
@ApplicationScoped
public class MBeans {

  private static final Logger LOG = System.getLogger(MBeans.class.getName());

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final List<ObjectName> registered = new ArrayList<>();

  void start(@Observes NodeStarted started) {
    register("Node", started.node().name(), new Node(started.node()));
    started.node().brokers().forEach(b -> register("Broker", b.name(), new OfBroker(b)));
  }

  private void register(String type, String name, Object bean) {
    try {
      ObjectName objectName = objectName(type, name);
      server.registerMBean(bean, objectName);
      registered.add(objectName);
    } catch (JMException e) {
      LOG.log(Level.WARNING, "JMX does not show " + type + " " + name, e);
    }
  }

  static ObjectName objectName(String type, String name) throws MalformedObjectNameException {
    return new ObjectName("smq:type=" + type + ",name=" + name);
  }

  @PreDestroy
  void stop() {
    for (ObjectName name : registered) {
      try {
        server.unregisterMBean(name);
      } catch (JMException e) {
        LOG.log(Level.DEBUG, "{0} was no longer registered with JMX", name);
      }
    }
  }

  /** This node, as JMX shows it. */
  public interface NodeMXBean {

    String getName();

    /** joining, ready or draining. */
    String getState();

    List<String> getNodes();

    /** The measurements that the node tells the others, a few seconds old at most. */
    Map<String, Double> getFigures();
  }

  /** A broker of this node, as JMX shows it. Counters are since its start. */
  public interface BrokerMXBean {

    int getClients();

    int getTopics();

    long getMessagesIn();

    /** Messages accepted for clients. */
    long getMessagesOut();

    long getBytesIn();

    /** Bytes of packets accepted for clients. */
    long getBytesOut();

    /** Messages accepted for other nodes. */
    long getForwarded();

    /** Messages, or copies for one receiver, not delivered, by reason. */
    Map<String, Long> getDropped();

    /** Requests and connections refused, by reason. */
    Map<String, Long> getRefused();

    /** How often a publisher was paused. */
    long getPublisherPauses();
  }

  private record Node(SmqNode node) implements NodeMXBean {

    @Override
    public String getName() {
      return node.name();
    }

    @Override
    public String getState() {
      return NodeStatistics.name(node.state());
    }

    @Override
    public List<String> getNodes() {
      return node.cluster().nodes().stream().map(NodeInfo::name).sorted().toList();
    }

    @Override
    public Map<String, Double> getFigures() {
      return new TreeMap<>(node.cluster().self().figures());
    }
  }

  /** A broker's attributes, read at each request. */
  record OfBroker(Broker broker) implements BrokerMXBean {

    @Override
    public int getClients() {
      return broker.clients().size();
    }

    @Override
    public int getTopics() {
      return broker.topics().all().size();
    }

    @Override
    public long getMessagesIn() {
      return broker.metrics().packetsIn(PacketType.PUBLISH);
    }

    @Override
    public long getMessagesOut() {
      return broker.metrics().packetsOut(PacketType.PUBLISH);
    }

    @Override
    public long getBytesIn() {
      return broker.metrics().bytesIn();
    }

    @Override
    public long getBytesOut() {
      return broker.metrics().bytesOut();
    }

    @Override
    public long getForwarded() {
      return broker.metrics().counted(Counter.FORWARDED);
    }

    @Override
    public Map<String, Long> getDropped() {
      return byReason(DropReason.values(), broker.metrics()::droppedCopies);
    }

    @Override
    public Map<String, Long> getRefused() {
      return byReason(Refusal.values(), broker.metrics()::refusals);
    }

    @Override
    public long getPublisherPauses() {
      return broker.metrics().counted(Counter.PUBLISHER_PAUSES);
    }

    private static <E extends Enum<E>> Map<String, Long> byReason(
        E[] reasons, ToLongFunction<E> count) {
      Map<String, Long> all = new TreeMap<>();
      Arrays.stream(reasons).forEach(r -> all.put(NodeStatistics.name(r), count.applyAsLong(r)));
      return all;
    }
  }
}
