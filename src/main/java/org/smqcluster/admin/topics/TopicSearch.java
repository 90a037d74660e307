package org.smqcluster.admin.topics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.topics.TopicTraffic.Traffic;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.protocol.WireText;

/**
 * Finds topics. Names and subscribers are known here; what is published is asked of all nodes, for
 * the topics of the page alone. Thread-safe.
 */
@ApplicationScoped
public class TopicSearch {

  @Schema(name = "Topic", description = "A topic")
  public record View(
      @Schema(example = "/m2m/led/device") String name,
      @Schema(description = "Its id, the same on all nodes", example = "123456") int tid,
      @Schema(description = "Subscribers, by node", example = "{\"node1\": 2}")
          Map<String, Integer> subscribers,
      @Schema(description = "Messages published to it since the nodes started", example = "1200")
          long messages,
      @Schema(description = "Messages published to it, a second", example = "12.5") double rate) {}

  private static final Comparator<Topic> BY_NAME = Comparator.comparing(Topic::name);
  private static final Comparator<Topic> BY_SUBSCRIBERS =
      Comparator.comparing(Topic::clusterSubscribers);

  @Inject private NodeCalls nodes;

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
            broker.topics().all().stream().filter(topic -> TopicOperations.matches(topic, name)),
            order,
            Comparator.comparing(Topic::tid)));
  }

  private CompletionStage<Part<View>> withTraffic(Broker broker, Part<Topic> found) {
    int[] tids = found.items().stream().mapToInt(Topic::tid).toArray();
    return nodes
        .askAll(TopicOperations.TRAFFIC, new TopicOperations.Which(broker.name(), tids))
        .thenApply(TopicSearch::sum)
        .thenApply(sums -> page(broker, found, sums));
  }

  /**
   * Sorts by the busiest topics of each node, so that a node never tells all of its topics; behind
   * them the others count as idle.
   */
  private CompletionStage<Part<View>> busiest(Broker broker, String name, Page page) {
    return nodes
        .askAll(
            TopicOperations.BUSIEST,
            new TopicOperations.Busiest(broker.name(), TopicOperations.MAX_BUSIEST, name))
        .thenCompose(
            answers -> {
              Map<Integer, Traffic> sums = sum(answers);
              return find(
                  broker, name, page, Comparator.comparingDouble(topic -> of(topic, sums).rate()));
            });
  }

  private static Map<Integer, Traffic> sum(Map<String, TopicOperations.Answer> answers) {
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
