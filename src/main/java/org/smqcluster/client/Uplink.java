package org.smqcluster.client;

import org.smqcluster.protocol.Packet;

/** The way to the broker, as far as there is one. Guarded by the monitor. */
final class Uplink {

  /** What a connection may be used for. */
  enum Phase {
    /** There is none. */
    OFFLINE,
    /** Names and subscriptions are asked for again; messages wait. */
    RESUMING,
    /** Everything. */
    ONLINE
  }

  private Phase phase = Phase.OFFLINE;
  private BrokerConnection connection;

  void resuming(BrokerConnection to) {
    phase = Phase.RESUMING;
    connection = to;
  }

  void online() {
    phase = Phase.ONLINE;
  }

  void offline() {
    phase = Phase.OFFLINE;
    connection = null;
  }

  Phase phase() {
    return phase;
  }

  /** Null when offline. */
  BrokerConnection connection() {
    return connection;
  }

  /** Whether the connection still took packets a moment ago. */
  boolean isOpen() {
    return connection != null && connection.isOpen();
  }

  /** Sends a question or its withdrawal; without a connection it is asked on the next. */
  void send(Packet packet) {
    if (connection != null) {
      connection.send(packet);
    }
  }

  /** As {@link #send}, for what a new connection repeats only when it goes online. */
  void sendOnline(Packet packet) {
    if (phase == Phase.ONLINE) {
      connection.send(packet);
    }
  }
}
