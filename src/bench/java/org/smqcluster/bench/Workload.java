package org.smqcluster.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What a load generator does.
 *
 * @param mode {@code fanout}, {@code pairs} or {@code direct}
 * @param clients subscribers of the fan-out's one publisher, or pairs
 * @param window messages of a publisher on their way at a time; 0 if {@code rate} rules
 * @param rate messages a second of all publishers; 0 if {@code window} rules
 * @param bytes of a payload
 * @param webSocket whether clients use WebSockets; the raw transport otherwise
 * @param across whether receivers are on the other node
 */
record Workload(
    String mode, int clients, int window, int rate, int bytes, boolean webSocket, boolean across) {

  private static final int PAYLOAD = 128;

  static Workload fanout(int window) {
    return new Workload("fanout", 100, window, 0, PAYLOAD, false, false);
  }

  static Workload pairs(int window) {
    return new Workload("pairs", 50, window, 0, PAYLOAD, false, false);
  }

  static Workload direct() {
    return new Workload("direct", 10, 1, 0, PAYLOAD, false, false);
  }

  Workload overWebSocket() {
    return new Workload(mode, clients, window, rate, bytes, true, across);
  }

  Workload acrossNodes() {
    return new Workload(mode, clients, window, rate, bytes, webSocket, true);
  }

  Workload withPayload(int size) {
    return new Workload(mode, clients, window, rate, size, webSocket, across);
  }

  /** Messages are sent at this rate, whatever comes back, and a late one counts from when due. */
  Workload atRate(int messagesPerSecond) {
    return new Workload(mode, clients, 0, messagesPerSecond, bytes, webSocket, across);
  }

  String name() {
    String who =
        switch (mode) {
          case "fanout" -> "fan-out 1 to " + clients;
          case "direct" -> "request and reply, " + clients + " pairs";
          default -> clients + " pairs";
        };
    return who
        + (across ? " across two nodes" : "")
        + (bytes == PAYLOAD ? "" : ", " + bytes + " bytes")
        + (window > 0 ? ", window " + window : ", " + rate + " messages/s")
        + (webSocket ? ", WebSocket" : ", raw");
  }

  /** Arguments of {@code smq-client.jar}. */
  List<String> arguments(int warmUpSeconds, int seconds) {
    List<String> arguments = new ArrayList<>(List.of("bench", mode, "--json"));
    arguments.addAll(
        List.of(mode.equals("fanout") ? "--subscribers" : "--pairs", String.valueOf(clients)));
    arguments.addAll(
        window > 0
            ? List.of("--window", String.valueOf(window))
            : List.of("--rate", String.valueOf(rate)));
    arguments.addAll(List.of("--size", String.valueOf(bytes)));
    arguments.addAll(
        List.of("--warmup", String.valueOf(warmUpSeconds), "--duration", String.valueOf(seconds)));
    if (across) {
      arguments.add("--across");
    }
    return arguments;
  }
}
