package org.smqcluster.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bean as an application would write it: keeps what comes under a topic. */
@ApplicationScoped
public class Thermometer {

  static final String TOPIC = "arquillian/temperature";

  private final List<Reading> readings = new CopyOnWriteArrayList<>();

  private final List<String> events = new CopyOnWriteArrayList<>();

  /** What the messages of the topic hold, as JSON. */
  public static class Reading {
    public String room;
    public int tenths;
  }

  /** Called by the broker. */
  @OnMessage(topic = TOPIC)
  public void take(Reading reading) {
    readings.add(reading);
  }

  /** Called by CDI. */
  public void came(@Observes ClientConnected event) {
    events.add("connected " + event.client().uid());
  }

  /** Called by CDI. */
  public void went(@Observes ClientDisconnected event) {
    events.add("disconnected " + event.client().uid());
  }

  List<String> events() {
    return events;
  }

  List<Reading> readings() {
    return readings;
  }
}
