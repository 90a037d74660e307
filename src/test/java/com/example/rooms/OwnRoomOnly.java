package com.example.rooms;

import jakarta.enterprise.context.ApplicationScoped;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.TopicPolicy;

/** Lets each client subscribe to the room of its user, and to no other room. */
@ApplicationScoped
public class OwnRoomOnly implements TopicPolicy {

  @Override
  public boolean maySubscribe(Client client, String topic) {
    return !topic.startsWith("rooms/") || topic.equals("rooms/" + client.user().orElse(""));
  }
}
