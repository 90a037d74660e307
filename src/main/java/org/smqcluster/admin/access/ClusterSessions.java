package org.smqcluster.admin.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.node.SmqNode;

/**
 * The logins of all nodes: cookies know no ports, so the nodes of one machine get each other's, and
 * a login at one node is valid at all. Thread-safe; for a cookie of another node, asks that node
 * and waits for its answer.
 */
@ApplicationScoped
public class ClusterSessions implements Operation.Provider {

  /** A token, which only its own node can tell from any other text. */
  public record Token(String text) {}

  static final Operation<Token, Sessions.Session> FIND =
      new Operation<>("session-find", Token.class, Sessions.Session.class);

  static final Operation<Token, Operation.Nothing> END =
      new Operation<>("session-end", Token.class, Operation.Nothing.class);

  /**
   * Bound of requests that wait for one other node at a time. Forged tokens that name an
   * unresponsive node must neither occupy the server's threads nor delay requests with tokens of
   * other nodes.
   */
  private static final int MAX_WAITING = 16;

  private final Map<String, Semaphore> waiting = new ConcurrentHashMap<>();
  private final Sessions own = new Sessions(Clock.systemUTC());
  @Inject private SmqNode self;
  @Inject private NodeCalls nodes;

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(
        FIND.byFinding(token -> own.find(token.text())),
        END.by(
            token -> {
              own.end(token.text());
              return new Operation.Nothing();
            }));
  }

  /** Begins a session at this node; returns its token. */
  public String begin(String user, Set<String> roles) {
    return own.begin(self.name(), user, roles);
  }

  /**
   * The session of a token, while it lasts; may wait for the node that made it, and is empty while
   * that node is too busy.
   */
  public Optional<Sessions.Session> find(String token) {
    return isOwn(token) ? own.find(token) : askItsNode(FIND, token);
  }

  public void end(String token) {
    if (isOwn(token)) {
      own.end(token);
    } else {
      askItsNode(END, token);
    }
  }

  private boolean isOwn(String token) {
    return self.isStarted() && Sessions.nodeOf(token).equals(self.name());
  }

  private <A> Optional<A> askItsNode(Operation<Token, A> operation, String token) {
    String node = Sessions.nodeOf(token);
    if (!self.isStarted()
        || self.cluster().nodes().stream().noneMatch(n -> n.name().equals(node))) {
      return Optional.empty();
    }
    Semaphore places = waiting.computeIfAbsent(node, name -> new Semaphore(MAX_WAITING));
    if (!places.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return nodes.ask(node, operation, new Token(token)).toCompletableFuture().join();
    } catch (CompletionException e) {
      return Optional.empty();
    } finally {
      places.release();
    }
  }
}
