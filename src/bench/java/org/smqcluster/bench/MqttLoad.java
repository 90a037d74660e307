package org.smqcluster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The workloads of the table for an MQTT broker, to measure one beside the nodes. Prints the same
 * line of JSON as {@code smq-client.jar bench --json}. Each publisher keeps a window of messages on
 * their way; a message is complete when the last of its receivers has it.
 */
public final class MqttLoad {

  private static final int MAX_LATENCIES = 2_000_000;

  private final int port;
  private final int bytes;
  private final int window;
  private final List<MqttConnection> connections = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private final AtomicBoolean measuring = new AtomicBoolean();
  private final long[] latencies = new long[MAX_LATENCIES];
  private final AtomicLong latencyCount = new AtomicLong();
  private final List<Runnable> starts = new ArrayList<>();
  private volatile boolean over;

  private MqttLoad(int port, int bytes, int window) {
    this.port = port;
    this.bytes = bytes;
    this.window = window;
  }

  /** Arguments: mode, port, receivers, window, bytes, seconds to warm up and to measure. */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[2]);
    MqttLoad load =
        new MqttLoad(
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[3]));
    switch (arguments[0]) {
      case "fanout" -> load.fanout(count);
      case "pairs" -> load.pairs(count);
      case "direct" -> load.direct(count);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println(
        load.measure(Integer.parseInt(arguments[5]), Integer.parseInt(arguments[6])));
  }

  private MqttConnection connect() throws IOException {
    MqttConnection connection = new MqttConnection(port, "bench-" + connections.size());
    connections.add(connection);
    return connection;
  }

  private void fanout(int receivers) throws IOException {
    MqttConnection publisher = connect();
    for (int i = 0; i < receivers; i++) {
      receiver("bench", i == receivers - 1 ? publisher : null, "bench");
    }
    starts.add(() -> fill(publisher, "bench"));
  }

  private void pairs(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      MqttConnection publisher = connect();
      String topic = "pair/" + i;
      receiver(topic, publisher, topic);
      starts.add(() -> fill(publisher, topic));
    }
  }

  private void direct(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      MqttConnection asker = connect();
      MqttConnection responder = connect();
      String question = "ask/" + i;
      String answer = "answer/" + i;
      responder.subscribe(question);
      responder.read(payload -> send(responder, answer, payload), () -> flush(responder));
      asker.subscribe(answer);
      asker.read(payload -> take(payload, asker, question), () -> flush(asker));
      starts.add(() -> fill(asker, question));
    }
  }

  /** A receiver; where it completes messages, the publisher sends the next. */
  private void receiver(String topic, MqttConnection publisher, String next) throws IOException {
    MqttConnection receiver = connect();
    receiver.subscribe(topic);
    receiver.read(
        payload -> take(payload, publisher, next),
        () -> {
          if (publisher != null) {
            flush(publisher);
          }
        });
  }

  private void take(byte[] payload, MqttConnection publisher, String next) {
    if (measuring.get()) {
      received.incrementAndGet();
      long at = latencyCount.getAndIncrement();
      if (at < MAX_LATENCIES) {
        latencies[(int) at] = System.nanoTime() - ByteBuffer.wrap(payload).getLong();
      }
    }
    if (publisher != null) {
      send(publisher, next, stamped());
    }
  }

  private byte[] stamped() {
    return ByteBuffer.allocate(bytes).putLong(System.nanoTime()).array();
  }

  private void fill(MqttConnection publisher, String topic) {
    for (int i = 0; i < window; i++) {
      send(publisher, topic, stamped());
    }
    flush(publisher);
  }

  private void send(MqttConnection connection, String topic, byte[] payload) {
    try {
      connection.publish(topic, payload);
    } catch (IOException e) {
      if (!over) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void flush(MqttConnection connection) {
    try {
      connection.flush();
    } catch (IOException e) {
      if (!over) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String measure(int warmUpSeconds, int seconds) throws InterruptedException, IOException {
    starts.forEach(Runnable::run);
    TimeUnit.SECONDS.sleep(warmUpSeconds);
    measuring.set(true);
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    measuring.set(false);
    over = true;
    double measured = (System.nanoTime() - start) / 1e9;
    long messages = received.get();
    for (MqttConnection connection : connections) {
      connection.close();
    }
    int known = (int) Math.min(latencyCount.get(), MAX_LATENCIES);
    Arrays.sort(latencies, 0, known);
    return String.format(
        Locale.ROOT,
        "{\"seconds\":%.3f,\"receivedPerSecond\":%.1f,\"lost\":0,\"p50\":%.3f,\"p99\":%.3f}",
        measured,
        messages / measured,
        latencies[known / 2] / 1e6,
        latencies[(int) (known * 0.99)] / 1e6);
  }
}
