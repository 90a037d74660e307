package com.example.rooms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.smqcluster.api.SharedMap;
import org.smqcluster.api.SharedState;

/** State that the beans of all nodes share. */
@ApplicationScoped
public class RoomBoard {

  /** What is known of a room, as JSON. */
  public record Room(String user, int tenths) {}

  @Inject
  @SharedState("rooms")
  private SharedMap<Room> rooms;

  /** Completes when every node's board has it. */
  public CompletionStage<Void> enter(String room, String user, int tenths) {
    return rooms.put(room, new Room(user, tenths));
  }

  /** Read on this node. */
  public Optional<String> userOf(String room) {
    return rooms.get(room).map(Room::user);
  }

  /** Does nothing if the room has changed since. */
  public void leave(String room, Room seen) {
    rooms.remove(room, seen);
  }

  /** For readers and watchers. */
  public SharedMap<Room> rooms() {
    return rooms;
  }
}
