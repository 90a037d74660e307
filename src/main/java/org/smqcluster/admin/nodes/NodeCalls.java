package org.smqcluster.admin.nodes;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.threads.DaemonThreads;

/**
 * Asks nodes, this one among them, and answers when asked. A question is the operation's name, a
 * line feed and JSON; an answer is JSON, or no byte where there is none. Thread-safe; answers are
 * worked out on threads of its own.
 */
@ApplicationScoped
public class NodeCalls {

  private static final Logger LOG = System.getLogger(NodeCalls.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int THREADS = 4;

  @Inject private SmqNode self;
  @Inject private Jsonb jsonb;
  @Inject private Instance<Operation.Provider> beans;
  private final ExecutorService executor =
      Executors.newFixedThreadPool(THREADS, new DaemonThreads("smq-answers"));
  private Map<String, Operation.Answering<?, ?>> operations = Map.of();

  void start(@Observes NodeStarted started) {
    operations =
        beans.stream()
            .flatMap(bean -> bean.operations().stream())
            .collect(Collectors.toUnmodifiableMap(a -> a.operation().name(), a -> a));
    started.node().cluster().requests().handler(this::answer);
  }

  @PreDestroy
  void stop() {
    executor.shutdownNow();
  }

  private CompletionStage<byte[]> answer(byte[] question) {
    return CompletableFuture.supplyAsync(
        () -> {
          String text = new String(question, StandardCharsets.UTF_8);
          int end = text.indexOf('\n');
          Operation.Answering<?, ?> answering = operations.get(text.substring(0, end));
          if (answering == null) {
            throw new IllegalArgumentException(
                "this node's version cannot do " + text.substring(0, end));
          }
          return answer(answering, text.substring(end + 1));
        },
        executor);
  }

  private <Q, A> byte[] answer(Operation.Answering<Q, A> answering, String json) {
    try {
      Q question = jsonb.fromJson(json, answering.operation().question());
      return answering
          .function()
          .apply(question)
          .map(answer -> jsonb.toJson(answer).getBytes(StandardCharsets.UTF_8))
          .orElse(new byte[0]);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "The operation "
              + answering.operation().name()
              + ", asked for by a node of the cluster, failed on this one",
          e);
      throw e;
    }
  }

  /**
   * Asks one node.
   *
   * @return the answer, empty if that node has none; fails if the node is not there, does not
   *     answer within five seconds, or fails
   */
  public <Q, A> CompletionStage<Optional<A>> ask(
      String node, Operation<Q, A> operation, Q question) {
    byte[] bytes =
        (operation.name() + "\n" + jsonb.toJson(question)).getBytes(StandardCharsets.UTF_8);
    return self.cluster()
        .requests()
        .ask(node, bytes, PATIENCE)
        .thenApply(
            answer ->
                answer.length == 0
                    ? Optional.empty()
                    : Optional.of(
                        jsonb.fromJson(
                            new String(answer, StandardCharsets.UTF_8), operation.answer())));
  }

  /** Asks all nodes; the answers of those that gave one, by node. */
  public <Q, A> CompletionStage<Map<String, A>> askAll(Operation<Q, A> operation, Q question) {
    List<String> names = self.cluster().nodes().stream().map(NodeInfo::name).toList();
    return all(names.stream().map(node -> askLeniently(node, operation, question)))
        .thenApply(
            answers -> {
              Map<String, A> byNode = new HashMap<>();
              for (int i = 0; i < names.size(); i++) {
                String node = names.get(i);
                // nodes that started apart may have one name
                answers.get(i).ifPresent(answer -> byNode.putIfAbsent(node, answer));
              }
              return byNode;
            });
  }

  /** Asks one node; empty, too, if it does not answer. */
  public <Q, A> CompletionStage<Optional<A>> askLeniently(
      String node, Operation<Q, A> operation, Q question) {
    return ask(node, operation, question)
        .exceptionally(
            failure -> {
              LOG.log(Level.DEBUG, "{0} did not answer: {1}", node, failure);
              return Optional.empty();
            });
  }

  /** Completes with all results, in their order; fails if a stage does. */
  public static <T> CompletionStage<List<T>> all(Stream<? extends CompletionStage<T>> stages) {
    List<CompletableFuture<T>> all = stages.map(CompletionStage::toCompletableFuture).toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
  }
}
