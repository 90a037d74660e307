package org.smqcluster.bench.load;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a load generator does.
 *
 * @param clients subscribers of the fan-out's one publisher, or pairs
 * @param window messages of a publisher on their way at a time; 0 if {@code rate} rules
 * @param rate messages a second of all publishers; 0 if {@code window} rules
 * @param bytes of a payload
 * @param across whether receivers are on the other node
 */
public record Workload(
    Mode mode, Protocol protocol, int clients, int window, int rate, int bytes, boolean across) {

  private static final int PAYLOAD = 128;

  /** Publishers and their receivers. */
  public enum Mode {
    /** One publisher to all others. */
    FANOUT,
    /** Each publisher to a topic of its own with one subscriber. */
    PAIRS,
    /** Each publisher to one client, which answers each message. */
    DIRECT
  }

  /** One publisher, a hundred subscribers. */
  public static Workload fanout(int window) {
    return new Workload(Mode.FANOUT, Protocol.RAW, 100, window, 0, PAYLOAD, false);
  }

  /** Fifty publishers, each with a subscriber. */
  public static Workload pairs(int window) {
    return new Workload(Mode.PAIRS, Protocol.RAW, 50, window, 0, PAYLOAD, false);
  }

  /** Ten requests at a time. */
  public static Workload direct() {
    return new Workload(Mode.DIRECT, Protocol.RAW, 10, 1, 0, PAYLOAD, false);
  }

  /** The same by another protocol. */
  public Workload over(Protocol other) {
    return new Workload(mode, other, clients, window, rate, bytes, across);
  }

  /** The same with the receivers on the other node. */
  public Workload acrossNodes() {
    return new Workload(mode, protocol, clients, window, rate, bytes, true);
  }

  /** The same with larger or smaller messages. */
  public Workload withPayload(int size) {
    return new Workload(mode, protocol, clients, window, rate, size, across);
  }

  /** Messages are sent at this rate, whatever comes back, and a late one counts from when due. */
  public Workload atRate(int messagesPerSecond) {
    return new Workload(mode, protocol, clients, 0, messagesPerSecond, bytes, across);
  }

  /** Receivers of one message. */
  int receiversPerMessage() {
    return mode == Mode.FANOUT ? clients : 1;
  }

  /** For people. */
  public String name() {
    String who =
        switch (mode) {
          case FANOUT -> "fan-out 1 to " + clients;
          case DIRECT -> "request and reply, " + clients + " pairs";
          case PAIRS -> clients + " pairs";
        };
    return who
        + (across ? " across two nodes" : "")
        + (bytes == PAYLOAD ? "" : ", " + bytes + " bytes")
        + (window > 0 ? ", window " + window : ", " + rate + " messages/s")
        + ", "
        + protocol.text();
  }

  /** For a command line; {@link #parse} reads it. */
  public String arguments() {
    return List.of(mode, protocol, clients, window, rate, bytes, across).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(","));
  }

  static Workload parse(String arguments) {
    List<String> parts = Arrays.asList(arguments.split(","));
    return new Workload(
        Mode.valueOf(parts.get(0)),
        Protocol.valueOf(parts.get(1)),
        Integer.parseInt(parts.get(2)),
        Integer.parseInt(parts.get(3)),
        Integer.parseInt(parts.get(4)),
        Integer.parseInt(parts.get(5)),
        Boolean.parseBoolean(parts.get(6)));
  }
}
