package org.smqcluster.broker;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The topics and sub-topics that this node knows: all of the cluster's. Names are never forgotten
 * (SMQ section 3.4). Thread-safe; look-ups take no lock.
 */
public final class TopicRegistry {

  private final Cluster cluster;
  private final BrokerSettings settings;
  private final Map<Integer, Topic> topics = new ConcurrentHashMap<>();
  private final Map<String, Topic> topicsByName = new ConcurrentHashMap<>();
  private final Map<Integer, String> subtopics = new ConcurrentHashMap<>();
  private final Map<String, Integer> subtopicsByName = new ConcurrentHashMap<>();

  TopicRegistry(Cluster cluster, BrokerSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
  }

  /** The topic with this id, or null. */
  public Topic topic(int tid) {
    return topics.get(tid);
  }

  /** The topic with this name if it is known here, or null. */
  public Topic topic(String name) {
    return topicsByName.get(name);
  }

  /** The name of a sub-topic, or null if it is unknown; 0 has none. */
  public String subtopic(int subtid) {
    return subtopics.get(subtid);
  }

  /** All topics, as they come. */
  public Collection<Topic> topics() {
    return topics.values();
  }

  /** How many sub-topics there are. */
  public int subtopicCount() {
    return subtopics.size();
  }

  /** Whether one more name would be too many; names that exist are always allowed. */
  boolean full(NameSpace space, String name) {
    int max = settings.limits().topics();
    return space == NameSpace.TOPIC
        ? !topicsByName.containsKey(name) && topicsByName.size() >= max
        : !subtopicsByName.containsKey(name) && subtopicsByName.size() >= max;
  }

  /** The topic of this name, created in the cluster where it does not exist. */
  CompletionStage<Topic> resolve(String name) {
    Topic known = topicsByName.get(name);
    return known != null
        ? CompletableFuture.completedStage(known)
        : cluster.resolve(NameSpace.TOPIC, name).thenApply(tid -> learn(tid, name));
  }

  /** The id of a sub-topic, created in the cluster where it does not exist. */
  CompletionStage<Integer> resolveSubtopic(String name) {
    Integer known = subtopicsByName.get(name);
    return known != null
        ? CompletableFuture.completedStage(known)
        : cluster.resolve(NameSpace.SUBTOPIC, name).thenApply(id -> learnSubtopic(id, name));
  }

  /** The topic with this id, made where it is not known yet. */
  Topic byId(int tid) {
    Topic topic = topics.get(tid);
    return topic != null
        ? topic
        : topics.computeIfAbsent(tid, id -> new Topic(id, cluster, settings.observeScope()));
  }

  Topic learn(int tid, String name) {
    Topic topic = byId(tid);
    topic.name(name);
    topicsByName.put(name, topic);
    return topic;
  }

  int learnSubtopic(int subtid, String name) {
    subtopics.put(subtid, name);
    subtopicsByName.put(name, subtid);
    return subtid;
  }

  /** This name does not have this id any more. */
  void forget(NameSpace space, int id, String name) {
    if (space == NameSpace.TOPIC) {
      topicsByName.computeIfPresent(name, (n, topic) -> topic.tid() == id ? null : topic);
    } else {
      subtopicsByName.remove(name, id);
    }
  }
}
