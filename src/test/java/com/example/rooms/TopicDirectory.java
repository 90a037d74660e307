package com.example.rooms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.smqcluster.api.SubscribersChanged;
import org.smqcluster.api.TopicCreated;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicRegistry;

/** Manages topics and watches their subscribers. */
@ApplicationScoped
public class TopicDirectory {

  @Inject private TopicRegistry topics;
  @Inject private Broker broker;
  private final List<String> news = new CopyOnWriteArrayList<>();

  /** Creates a topic; it has the same id on all nodes. */
  public CompletionStage<Topic> open(String room) {
    return topics.create("rooms/" + room);
  }

  /** Number of subscribers of a topic on all nodes; 0 if there is no such topic. */
  public int listeners(String room) {
    return topics.find("rooms/" + room).map(Topic::clusterSubscribers).orElse(0);
  }

  /** Number of clients of this node. */
  public int clients() {
    return broker.clients().size();
  }

  void created(@Observes TopicCreated event) {
    news.add("created " + event.topic().name());
  }

  void changed(@Observes SubscribersChanged event) {
    news.add(event.topic().name() + " has " + event.topic().localSubscribers());
  }

  /** What has happened to topics, in order. */
  public List<String> news() {
    return news;
  }
}
