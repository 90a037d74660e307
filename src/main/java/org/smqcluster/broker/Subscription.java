package org.smqcluster.broker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One receiver's subscription to one topic. A {@code counted} one is announced to the cluster and
 * seen by observers; code inside the broker that listens to its own node's clients is neither.
 */
final class Subscription {

  final TopicState topic;
  final Receiver receiver;
  final boolean counted;

  /** Where the topic holds it; guarded by the topic. */
  int slot;

  /** Its number among all that the topic has had; guarded by the topic until it is published. */
  long age;

  /** Completes when all nodes know of it. */
  CompletionStage<Void> known = CompletableFuture.completedStage(null);

  Subscription(TopicState topic, Receiver receiver, boolean counted) {
    this.topic = topic;
    this.receiver = receiver;
    this.counted = counted;
  }
}
