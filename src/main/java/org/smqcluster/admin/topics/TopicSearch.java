package org.smqcluster.admin.topics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.topics.TopicTraffic.Traffic;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/**
 * Finds topics. Names and subscribers are known here; what is published is asked of all nodes, for
 * the topics of the page alone: each node answers for its own clients. Thread-safe.
 */
@ApplicationScoped
public class TopicSearch implements Operation.Provider {

  @Schema(name = "Topic", description = "A topic")
  public record View(
      @Schema(example = "/m2m/led/device") String name,
      @Schema(description = "Its id, the same on all nodes", example = "123456") int tid,
      @Schema(description = "Subscribers, by node", example = "{\"node1\": 2}")
          Map<String, Integer> subscribers,
      @Schema(description = "Messages published to it since the nodes started", example = "1200")
          long messages,
      @Schema(description = "Messages published to it, a second", example = "12.5") double rate) {}

  public record Which(String broker, int[] tids) {}

  /**
   * A broker's busiest topics.
   *
   * @param count how many; {@link #MAX_BUSIEST} at most are told
   * @param name a part of their names, in capitals or not; null for any
   */
  public record Busiest(String broker, int count, String name) {}

  public record Answer(List<Traffic> topics) {}

  private static final Operation<Which, Answer> TRAFFIC =
      new Operation<>("topic-traffic", Which.class, Answer.class);

  private static final Operation<Busiest, Answer> BUSIEST =
      new Operation<>("topic-busiest", Busiest.class, Answer.class);

  /** Most of a node's busiest topics that it tells in one answer. */
  private static final int MAX_BUSIEST = 1000;

  private static final int SECONDS = 3;

  private static final Comparator<Topic> BY_NAME = Comparator.comparing(Topic::name);
  private static final Comparator<Topic> BY_SUBSCRIBERS =
      Comparator.comparing(Topic::clusterSubscribers);

  @Inject private NodeCalls nodes;
  @Inject private SmqNode node;
  @Inject private ScheduledExecutorService executor;
  private final Map<String, TopicTraffic> traffic = new ConcurrentHashMap<>();

  void start(@Observes NodeStarted started) {
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the traffic of topics", this::measure),
        0,
        SECONDS,
        TimeUnit.SECONDS);
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
        BUSIEST.by(this::ownBusiest));
  }

  private Answer ownBusiest(Busiest which) {
    TopicRegistry topics = node.broker(which.broker()).topics();
    return new Answer(
        of(which.broker())
            .busiest(
                Math.min(which.count(), MAX_BUSIEST),
                tid -> topics.find(tid).filter(topic -> matches(topic, which.name())).isPresent()));
  }

  /** Whether a topic's name has a part, in capitals or not; null for any. */
  private static boolean matches(Topic topic, String part) {
    String name = topic.name();
    return !name.isEmpty()
        && (part == null
            || WireText.printable(name)
                .toLowerCase(Locale.ROOT)
                .contains(part.toLowerCase(Locale.ROOT)));
  }

  /**
   * Finds topics whose name has a part.
   *
   * @param name the part, in capitals or not; null for any
   * @throws ApiException if the page is to be sorted by what topics do not have
   */
  public CompletionStage<Part<View>> find(Broker broker, String name, Page page) {
    return switch (page.sort()) {
      case "name" -> find(broker, name, page, BY_NAME);
      case "subscribers" -> find(broker, name, page, BY_SUBSCRIBERS);
      case "rate" -> busiest(broker, name, page);
      default -> throw ApiException.badRequest("sort must be one of name, rate, subscribers");
    };
  }

  /** Finds the topic of a name as it is shown. */
  public CompletionStage<Part<View>> find(Broker broker, String name) {
    List<Topic> found = broker.topics().find(WireText.parsePrintable(name)).stream().toList();
    return withTraffic(broker, new Part<>(found.size(), found));
  }

  private CompletionStage<Part<View>> find(
      Broker broker, String name, Page page, Comparator<Topic> order) {
    return withTraffic(
        broker,
        page.of(
            broker.topics().all().stream().filter(topic -> matches(topic, name)),
            order,
            Comparator.comparing(Topic::tid)));
  }

  private CompletionStage<Part<View>> withTraffic(Broker broker, Part<Topic> found) {
    int[] tids = found.items().stream().mapToInt(Topic::tid).toArray();
    return nodes
        .askAll(TRAFFIC, new Which(broker.name(), tids))
        .thenApply(TopicSearch::sum)
        .thenApply(sums -> page(broker, found, sums));
  }

  /**
   * Sorts by the busiest topics of each node, so that a node never tells all of its topics; behind
   * them the others count as idle.
   */
  private CompletionStage<Part<View>> busiest(Broker broker, String name, Page page) {
    return nodes
        .askAll(BUSIEST, new Busiest(broker.name(), MAX_BUSIEST, name))
        .thenCompose(
            answers -> {
              Map<Integer, Traffic> sums = sum(answers);
              return find(
                  broker, name, page, Comparator.comparingDouble(topic -> of(topic, sums).rate()));
            });
  }

  private static Map<Integer, Traffic> sum(Map<String, Answer> answers) {
    Map<Integer, Traffic> sums = new HashMap<>();
    answers.values().stream()
        .flatMap(answer -> answer.topics().stream())
        .forEach(
            each ->
                sums.merge(
                    each.tid(),
                    each,
                    (one, other) ->
                        new Traffic(
                            one.tid(),
                            one.messages() + other.messages(),
                            one.rate() + other.rate())));
    return sums;
  }

  private static Traffic of(Topic topic, Map<Integer, Traffic> sums) {
    return sums.getOrDefault(topic.tid(), new Traffic(topic.tid(), 0, 0));
  }

  private static Part<View> page(Broker broker, Part<Topic> found, Map<Integer, Traffic> sums) {
    List<View> views =
        found.items().stream()
            .map(
                topic ->
                    new View(
                        WireText.printable(topic.name()),
                        topic.tid(),
                        topic.subscribersByNode(),
                        of(topic, sums).messages(),
                        Math.round(of(topic, sums).rate() * 10) / 10.0))
            .toList();
    return new Part<>(found.total(), views);
  }
}
