package org.smqcluster.admin.nodes;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something that one node can ask of another, by name; questions and answers are records that JSON
 * Binding can write.
 *
 * @param name on the wire
 * @param question the question's type
 * @param answer the answer's type
 */
public record Operation<Q, A>(String name, Class<Q> question, Class<A> answer) {

  public record Nothing() {}

  /** Sets the function that answers on this node; it may block. */
  public Answering<Q, A> by(Function<Q, A> function) {
    return byFinding(question -> Optional.of(function.apply(question)));
  }

  /** Says how this node answers what it may not have an answer to. The function may block. */
  public Answering<Q, A> byFinding(Function<Q, Optional<A>> function) {
    return new Answering<>(this, function);
  }

  public record Answering<Q, A>(Operation<Q, A> operation, Function<Q, Optional<A>> function) {}

  /** A bean that answers questions of other nodes. */
  public interface Provider {

    List<Answering<?, ?>> operations();
  }
}
