package org.smqcluster.admin.topics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/** Answers other nodes about the traffic of the topics that this node's clients publish to. */
@ApplicationScoped
public class TopicOperations implements Operation.Provider {

  public record Which(String broker, int[] tids) {}

  /**
   * A broker's busiest topics.
   *
   * @param count how many; {@link #MAX_BUSIEST} at most are told
   * @param name a part of their names, in capitals or not; null for any
   */
  public record Busiest(String broker, int count, String name) {}

  public record Answer(List<TopicTraffic.Traffic> topics) {}

  public static final Operation<Which, Answer> TRAFFIC =
      new Operation<>("topic-traffic", Which.class, Answer.class);

  public static final Operation<Busiest, Answer> BUSIEST =
      new Operation<>("topic-busiest", Busiest.class, Answer.class);

  /** Most of a node's busiest topics that it tells in one answer. */
  static final int MAX_BUSIEST = 1000;

  private static final int SECONDS = 3;

  @Inject private SmqNode node;
  @Inject private ScheduledExecutorService executor;
  private final Map<String, TopicTraffic> traffic = new ConcurrentHashMap<>();

  void start(@Observes NodeStarted started) {
    executor.scheduleWithFixedDelay(this::measure, 0, SECONDS, TimeUnit.SECONDS);
  }

  private void measure() {
    InternalErrors.forEach(
        "the traffic of topics",
        node.brokers(),
        broker -> of(broker.name()).measure(broker.topics().all(), System.nanoTime()));
  }

  private TopicTraffic of(String broker) {
    return traffic.computeIfAbsent(broker, name -> new TopicTraffic());
  }

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(
        TRAFFIC.by(which -> new Answer(of(which.broker()).of(which.tids()))),
        BUSIEST.by(this::busiest));
  }

  private Answer busiest(Busiest which) {
    TopicRegistry topics = node.broker(which.broker()).topics();
    return new Answer(
        of(which.broker())
            .busiest(
                Math.min(which.count(), MAX_BUSIEST),
                tid -> topics.find(tid).filter(topic -> matches(topic, which.name())).isPresent()));
  }

  /** Whether a topic's name has a part, in capitals or not; null for any. */
  static boolean matches(Topic topic, String part) {
    String name = topic.name();
    return !name.isEmpty()
        && (part == null
            || WireText.printable(name)
                .toLowerCase(Locale.ROOT)
                .contains(part.toLowerCase(Locale.ROOT)));
  }
}
