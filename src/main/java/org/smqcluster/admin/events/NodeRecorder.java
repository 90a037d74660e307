package org.smqcluster.admin.events;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.cluster.NodeState;
import org.smqcluster.cluster.NodeWatcher;
import org.smqcluster.led.DeviceRegistry;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/**
 * Records what happens to nodes and devices, as this node sees it, and once a second what was
 * dropped: one event a reason, however many messages.
 */
@ApplicationScoped
public class NodeRecorder {

  private static final int MAX_DEVICES_A_SECOND = 50;

  @Inject private SmqNode node;
  @Inject private Recorder recorder;
  @Inject private DeviceRegistry devices;
  @Inject private ScheduledExecutorService executor;
  private final Set<String> changedDevices = ConcurrentHashMap.newKeySet();
  private final long[] dropped = new long[DropReason.values().length];
  private NodeState ownState;

  /** A singleton, so that no proxy is between the broker and it: drops can be many. */
  @Produces
  @Singleton
  static Recorder recorder() {
    return new Recorder();
  }

  void start(@Observes NodeStarted started) {
    Nodes nodes = new Nodes();
    node.cluster().watch(nodes);
    // those that were there before did not join just now
    nodes.telling = true;
    devices.watch(changedDevices::add);
    changedDevices.clear();
    ownState = node.state();
    executor.scheduleWithFixedDelay(
        () ->
            InternalErrors.contain(
                "the record of events",
                this::tellState,
                () -> tellDrops(node.brokers()),
                this::tellDevices),
        1,
        1,
        TimeUnit.SECONDS);
  }

  private void tellState() {
    if (node.state() != ownState) {
      ownState = node.state();
      String type = "node-" + NodeStatistics.name(ownState);
      recorder.ring().add(AdminEvent.of(type).about(node.name()));
    }
  }

  private void tellDevices() {
    List<String> devices = changedDevices.stream().limit(MAX_DEVICES_A_SECOND).toList();
    changedDevices.clear();
    devices.forEach(uid -> recorder.ring().add(AdminEvent.of("device").about(uid)));
  }

  private void tellDrops(List<Broker> brokers) {
    for (DropReason reason : DropReason.values()) {
      long now = brokers.stream().mapToLong(b -> b.metrics().droppedCopies(reason)).sum();
      long more = now - dropped[reason.ordinal()];
      dropped[reason.ordinal()] = now;
      if (more > 0) {
        AdminEvent event =
            AdminEvent.of("dropped").because(NodeStatistics.name(reason), null).times(more);
        recorder
            .ring()
            .add(
                recorder
                    .takeLastDropped(reason)
                    .map(last -> event.onTopic(topicName(brokers, last.tid())))
                    .orElse(event));
      }
    }
  }

  private static String topicName(List<Broker> brokers, int tid) {
    return brokers.stream()
        .flatMap(broker -> broker.topics().find(tid).stream())
        .map(Topic::name)
        .filter(name -> !name.isEmpty())
        .map(WireText::printable)
        .findFirst()
        .orElse(Integer.toString(tid));
  }

  private final class Nodes implements NodeWatcher {

    private volatile boolean telling;

    private void add(String type, NodeInfo node) {
      if (telling) {
        recorder.ring().add(AdminEvent.of(type).about(node.name()));
      }
    }

    @Override
    public void joined(NodeInfo node) {
      add("node-joined", node);
    }

    @Override
    public void changed(NodeInfo node) {
      add("node-" + NodeStatistics.name(node.state()), node);
    }

    @Override
    public void left(NodeInfo node) {
      add("node-left", node);
    }
  }
}
