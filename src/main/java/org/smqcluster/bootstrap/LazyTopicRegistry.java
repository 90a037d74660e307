package org.smqcluster.bootstrap;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicRegistry;

/** Topics that are looked up at each call; beans may hold them before the node is started. */
record LazyTopicRegistry(Supplier<TopicRegistry> topics) implements TopicRegistry {

  @Override
  public Optional<Topic> find(int tid) {
    return topics.get().find(tid);
  }

  @Override
  public Optional<Topic> find(String name) {
    return topics.get().find(name);
  }

  @Override
  public Collection<? extends Topic> all() {
    return topics.get().all();
  }

  @Override
  public CompletionStage<Topic> create(String name) {
    return topics.get().create(name);
  }

  @Override
  public Optional<String> subtopic(int subtid) {
    return topics.get().subtopic(subtid);
  }

  @Override
  public CompletionStage<Integer> createSubtopic(String name) {
    return topics.get().createSubtopic(name);
  }

  @Override
  public int subtopicCount() {
    return topics.get().subtopicCount();
  }
}
