package org.smqcluster.admin.nodes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.smqcluster.node.SmqNode;

/** What a node as a whole can be told to do. */
@ApplicationScoped
public class NodeOperations implements Operation.Provider {

  /** An order, with the name of the administrator for the log. */
  public record Order(String administrator) {}

  /** Take no new clients, and let the others go. */
  public static final Operation<Order, Operation.Nothing> DRAIN =
      new Operation<>("drain", Order.class, Operation.Nothing.class);

  /** Take clients again. */
  public static final Operation<Order, Operation.Nothing> RESUME =
      new Operation<>("resume", Order.class, Operation.Nothing.class);

  /** Let surplus clients go. */
  public static final Operation<Order, Operation.Nothing> REBALANCE =
      new Operation<>("rebalance", Order.class, Operation.Nothing.class);

  /** End the process at once, as a power cut does. */
  public static final Operation<Order, Operation.Nothing> STOP =
      new Operation<>("stop", Order.class, Operation.Nothing.class);

  /** Time for the answer to reach its sender, directly or through another node. */
  private static final int LAST_ANSWER_MILLIS = 250;

  /** The exit status of a process that was killed (SIGKILL). */
  private static final int KILLED = 137;

  private static final Logger LOG = System.getLogger(NodeOperations.class.getName());

  @Inject private SmqNode node;

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(
        answering(DRAIN, SmqNode::drain),
        answering(RESUME, SmqNode::serve),
        answering(REBALANCE, SmqNode::rebalance),
        answering(STOP, node -> halt()));
  }

  private Operation.Answering<?, ?> answering(
      Operation<Order, Operation.Nothing> operation, Consumer<SmqNode> action) {
    return operation.by(
        order -> {
          LOG.log(
              Level.INFO,
              "Node {0}: {1}, requested by {2}",
              node.name(),
              operation.name(),
              order.administrator());
          action.accept(node);
          return new Operation.Nothing();
        });
  }

  /** Without any shutdown hook: nothing is drained, and no connection is closed by this process. */
  private static void halt() {
    CompletableFuture.delayedExecutor(LAST_ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> Runtime.getRuntime().halt(KILLED));
  }
}
