package org.smqcluster.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bean as an application would write it: keeps what comes under a topic. */
@ApplicationScoped
public class Thermometer {

  static final String TOPIC = "arquillian/temperature";

  private final List<Reading> readings = new CopyOnWriteArrayList<>();

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

  List<Reading> readings() {
    return readings;
  }
}
