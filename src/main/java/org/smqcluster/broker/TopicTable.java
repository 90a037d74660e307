package org.smqcluster.broker;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicRegistry;

/**
 * The topics and sub-topics that this node knows: all of the cluster's. Names are never forgotten
 * (SMQ section 3.4). Thread-safe; look-ups take no lock.
 */
final class TopicTable implements TopicRegistry {

  private final String nodeName;
  private final Cluster cluster;
  private final BrokerSettings settings;
  private final BrokerHooks hooks;
  private final MemoryBudget memory;
  private final Map<Integer, TopicState> topics = new ConcurrentHashMap<>();
  private final Map<String, TopicState> topicsByName = new ConcurrentHashMap<>();
  private final Map<Integer, String> subtopics = new ConcurrentHashMap<>();
  private final Map<String, Integer> subtopicsByName = new ConcurrentHashMap<>();
  private volatile LastValues lastValues;

  TopicTable(
      String nodeName,
      Cluster cluster,
      BrokerSettings settings,
      MemoryBudget memory,
      BrokerHooks hooks) {
    this.nodeName = nodeName;
    this.memory = memory;
    this.cluster = cluster;
    this.settings = settings;
    this.hooks = hooks;
  }

  @Override
  public Optional<Topic> find(int tid) {
    return Optional.ofNullable(topics.get(tid));
  }

  @Override
  public Optional<Topic> find(String name) {
    return Optional.ofNullable(topicsByName.get(name));
  }

  @Override
  public Collection<? extends Topic> all() {
    return Collections.unmodifiableCollection(topics.values());
  }

  @Override
  public CompletionStage<Topic> create(String name) {
    return resolve(name).thenApply(topic -> topic);
  }

  @Override
  public Optional<String> subtopic(int subtid) {
    return Optional.ofNullable(subtopics.get(subtid));
  }

  /** As {@link #find(int)}, without an allocation for each message; null if there is none. */
  TopicState topic(int tid) {
    return topics.get(tid);
  }

  @Override
  public int subtopicCount() {
    return subtopics.size();
  }

  boolean knows(NameSpace space, String name) {
    return names(space).containsKey(name);
  }

  /** Whether one more name would be too many; names that exist are always allowed. */
  boolean full(NameSpace space, String name) {
    return !knows(space, name) && names(space).size() >= settings.limits().topics();
  }

  private Map<String, ?> names(NameSpace space) {
    return space == NameSpace.TOPIC ? topicsByName : subtopicsByName;
  }

  /** The topic of this name, created in the cluster where it does not exist. */
  CompletionStage<TopicState> resolve(String name) {
    TopicState known = topicsByName.get(name);
    return known != null
        ? CompletableFuture.completedStage(known)
        : cluster.resolve(NameSpace.TOPIC, name).thenApply(tid -> learn(tid, name));
  }

  @Override
  public CompletionStage<Integer> createSubtopic(String name) {
    Integer known = subtopicsByName.get(name);
    return known != null
        ? CompletableFuture.completedStage(known)
        : cluster.resolve(NameSpace.SUBTOPIC, name).thenApply(id -> learnSubtopic(id, name));
  }

  /** The topic with this id, made where it is not known yet. */
  TopicState byId(int tid) {
    TopicState topic = topics.get(tid);
    return topic != null
        ? topic
        : topics.computeIfAbsent(
            tid, id -> new TopicState(id, nodeName, cluster, hooks, settings.observeScope()));
  }

  /** Lets topics keep their last values, those that are known and those to come. */
  void keep(LastValues keeping) {
    lastValues = keeping;
    topics.values().forEach(this::connect);
  }

  private void connect(TopicState topic) {
    LastValues keeping = lastValues;
    if (keeping != null) {
      topic.kept(keeping.of(topic.tid(), topic.name()).orElse(null));
    }
  }

  TopicState learn(int tid, String name) {
    TopicState topic = byId(tid);
    if (!name.equals(topic.name())) {
      topic.name(name);
      connect(topic);
    }
    if (topicsByName.put(name, topic) == null) {
      memory.named(name);
      hooks.topicCreated(topic);
    }
    return topic;
  }

  int learnSubtopic(int subtid, String name) {
    if (!name.equals(subtopics.get(subtid))) {
      subtopics.put(subtid, name);
    }
    if (subtopicsByName.put(name, subtid) == null) {
      memory.named(name);
    }
    return subtid;
  }

  /** This name no longer has this id. */
  void forget(NameSpace space, int id, String name) {
    boolean forgotten;
    if (space == NameSpace.TOPIC) {
      TopicState topic = topicsByName.get(name);
      forgotten = topic != null && topic.tid() == id && topicsByName.remove(name, topic);
    } else {
      forgotten = subtopicsByName.remove(name, id);
    }
    if (forgotten) {
      memory.forgotten(name);
    }
  }
}
