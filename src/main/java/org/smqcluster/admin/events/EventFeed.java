package org.smqcluster.admin.events;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.node.SmqNode;

/**
 * Merges the events of all nodes. Nodes are polled only while there are readers. Events of nodes
 * and devices are reported once, as this node sees them.
 */
@ApplicationScoped
public class EventFeed implements Operation.Provider {

  /**
   * Position of a reader.
   *
   * @param position the number of the last event seen, by node
   * @param history how many older events of other nodes are wanted
   */
  public record After(Map<String, Long> position, int history) {}

  /** The node's events that the reader has not seen. */
  public static final Operation<After, EventRing.Batch> EVENTS =
      new Operation<>("events", After.class, EventRing.Batch.class);

  /** Most events of one node in one answer. */
  private static final int MAX_EVENTS = 200;

  @Inject private SmqNode node;
  @Inject private NodeCalls nodes;
  @Inject private Recorder recorder;

  /**
   * What a reader gets.
   *
   * @param events of all nodes, the oldest first
   * @param lost events that came too fast to be told
   * @param position where to go on
   */
  public record News(List<AdminEvent> events, long lost, Map<String, Long> position) {}

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(EVENTS.by(this::own));
  }

  private EventRing.Batch own(After after) {
    Long number = after.position().get(node.name());
    return number == null
        ? recorder.ring().last(after.history())
        : recorder.ring().after(number, MAX_EVENTS);
  }

  public CompletionStage<News> after(After after) {
    String self = node.name();
    return nodes.askAll(EVENTS, after).thenApply(batches -> merge(self, after, batches));
  }

  static News merge(String self, After after, Map<String, EventRing.Batch> batches) {
    Map<String, Long> position = new TreeMap<>(after.position());
    batches.forEach((node, batch) -> position.put(node, batch.last()));
    List<AdminEvent> events =
        batches.entrySet().stream()
            .flatMap(
                each ->
                    each.getValue().events().stream()
                        .filter(event -> each.getKey().equals(self) || !isOfCluster(event))
                        .map(event -> event.at(each.getKey())))
            .sorted(Comparator.comparing(AdminEvent::time))
            .toList();
    long lost = batches.values().stream().mapToLong(EventRing.Batch::lost).sum();
    return new News(events, lost, position);
  }

  /** Whether every node tells it. */
  private static boolean isOfCluster(AdminEvent event) {
    return event.type().startsWith("node-") || event.isOfDevice();
  }
}
