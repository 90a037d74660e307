package org.smqcluster.broker.spi;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The topics and sub-topics of the cluster (SMQ section 3.4). A name has one id on all nodes and
 * keeps it for the cluster's life; names are never removed. Thread-safe; look-ups take no lock.
 */
public interface TopicRegistry {

  /** The topic with this id. */
  Optional<Topic> find(int tid);

  /** The topic with this name. */
  Optional<Topic> find(String name);

  /** All topics, a live view in no particular order. */
  Collection<? extends Topic> all();

  /**
   * The topic with this name, created in the cluster where it does not exist.
   *
   * @return completes when all nodes know the topic, on a thread of the cluster that must not
   *     block; fails if the cluster does not answer in time
   */
  CompletionStage<Topic> create(String name);

  /** The name of a sub-topic; empty if the id is unknown. */
  Optional<String> subtopic(int subtid);

  /** The id of a sub-topic, created in the cluster where it does not exist; as {@link #create}. */
  CompletionStage<Integer> createSubtopic(String name);

  /** Number of sub-topics. */
  int subtopicCount();
}
