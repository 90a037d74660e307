package org.smqcluster.client.command;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a benchmark does.
 *
 * @param publishers clients that send; one half of the pairs
 * @param receivers clients that receive; the other half
 * @param bytes of each payload
 * @param window messages of each publisher on their way at a time; 0 if {@code rate} rules
 * @param rate messages a second of all publishers; 0 if {@code window} rules
 * @param across whether receivers connect to another node than their publishers
 */
record BenchPlan(
    Mode mode,
    int publishers,
    int receivers,
    int bytes,
    int window,
    int rate,
    Duration warmup,
    Duration duration,
    boolean across) {

  /** The communication pattern. */
  enum Mode {
    /** All publishers to one topic to which all receivers subscribe. */
    FANOUT,
    /** Each publisher to a topic of its own with one subscriber. */
    PAIRS,
    /** Each publisher to a client's ETID, which answers each message. */
    DIRECT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static BenchPlan of(Arguments arguments) {
    Mode mode = mode(arguments);
    boolean fanout = mode == Mode.FANOUT;
    int pairs = arguments.integer("pairs", 10, 1, 20_000);
    if (arguments.has("window") && arguments.has("rate")) {
      throw new UsageException("bench takes --window or --rate");
    }
    int rate = arguments.integer("rate", 0, 1, 10_000_000);
    return new BenchPlan(
        mode,
        fanout ? arguments.integer("publishers", 1, 1, 20_000) : pairs,
        fanout ? arguments.integer("subscribers", 10, 1, 20_000) : pairs,
        arguments.integer("size", 64, BenchMessage.HEADER, 0xFFF0),
        rate > 0 ? 0 : arguments.integer("window", 16, 1, 100_000),
        rate,
        arguments.seconds("warmup", Duration.ofSeconds(2)),
        arguments.seconds("duration", Duration.ofSeconds(10)),
        arguments.has("across"));
  }

  private static Mode mode(Arguments arguments) {
    if (arguments.words().size() == 1) {
      for (Mode mode : Mode.values()) {
        if (mode.word().equals(arguments.words().get(0))) {
          return mode;
        }
      }
    }
    throw new UsageException(
        "bench takes one of " + Arrays.stream(Mode.values()).map(Mode::word).toList());
  }

  int receiversPerMessage() {
    return mode == Mode.FANOUT ? receivers : 1;
  }

  @Override
  public String toString() {
    return "%s: %d to %d clients, %d-byte payloads, %s, %d s"
        .formatted(
            mode.word(),
            publishers,
            receivers,
            bytes,
            window > 0 ? "window " + window : rate + " messages/s",
            duration.toSeconds());
  }
}
