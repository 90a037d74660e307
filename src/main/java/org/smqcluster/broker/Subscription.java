package org.smqcluster.broker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One receiver's subscription to one topic. A {@code counted} one is announced to the cluster and
 * seen by observers; code inside the broker that listens to its own node's clients is neither.
 */
final class Subscription {

  /** It waits for no Suback. */
  static final long ALWAYS = 1;

  /** Changed from one to another that passes messages on to it, so that either may be seen. */
  Receiver receiver;

  final boolean counted;

  /** Where the topic holds it; guarded by the topic. */
  int slot;

  /** Its number among all that the topic has had; guarded by the topic until it is published. */
  long age;

  /**
   * From when it gets what is published to a topic whose last values are kept, in nanoseconds; 0
   * while it waits for its Suback. Guarded by {@link KeptTopic}.
   */
  long liveSince = ALWAYS;

  /** Completes when all nodes know of it. */
  CompletionStage<Void> known = CompletableFuture.completedStage(null);

  Subscription(Receiver receiver, boolean counted) {
    this.receiver = receiver;
    this.counted = counted;
  }
}
