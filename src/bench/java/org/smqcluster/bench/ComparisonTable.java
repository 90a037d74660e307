package org.smqcluster.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.smqcluster.bench.load.Figures;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.Workload;
import org.smqcluster.bench.load.Workload.Mode;

/**
 * A node beside the other brokers of the machine, and its transports beside each other: processor
 * time for each delivered message, the node's first as a ratio to the best of the others. Within a
 * workload all run in turn, and again in turn, and the better run of each counts: the compilers
 * work beside the first, and a machine that is slow for some minutes is no property of a broker.
 */
final class ComparisonTable {

  private static final int ROUNDS = 2;
  private static final String STANDARD = "standard API";

  /** Protocols that do the same as one of SMQ's. */
  private static final Map<Protocol, List<Protocol>> SAME =
      Map.of(
          Protocol.RAW,
          List.of(Protocol.MQTT, Protocol.NATS, Protocol.REDIS),
          Protocol.WEB_SOCKET,
          List.of(Protocol.MQTT_WEB_SOCKET, Protocol.NATS_WEB_SOCKET));

  /** A broker by one of its protocols, and the better of its runs. */
  private static final class Contender {

    private final String name;
    private final Protocol protocol;
    private final int port;
    private final long pid;
    private final Best<Figures> best =
        new Best<>(Comparator.comparingDouble(Figures::brokerMicros).reversed());

    private Contender(String name, Protocol protocol, int port, long pid) {
      this.name = name;
      this.protocol = protocol;
      this.port = port;
      this.pid = pid;
    }

    private void run(Generator generator, Workload workload) throws InterruptedException {
      best.run(() -> generator.run(workload.over(protocol), List.of(port), List.of(pid)));
    }

    private double micros() {
      return best.figure(Figures::brokerMicros);
    }
  }

  private final PrintStream out;
  private final Generator generator;
  private final Map<Workload, Map<Protocol, Contender>> results = new LinkedHashMap<>();
  private final Map<Workload, Contender> byStandard = new LinkedHashMap<>();

  ComparisonTable(PrintStream out, Generator generator) {
    this.out = out;
    this.generator = generator;
  }

  void print(List<OtherBroker> others) throws Exception {
    try (BenchNode own = BenchNode.start(Map.of());
        BenchNode standard = BenchNode.start(Map.of("smq.websocket.frames", "standard"))) {
      for (Workload workload :
          List.of(Workload.fanout(16), Workload.fanout(1), Workload.pairs(16), Workload.direct())) {
        measure(workload, own, standard, others);
      }
    }
    ratios();
    absolute();
  }

  private void measure(
      Workload workload, BenchNode own, BenchNode standard, List<OtherBroker> others)
      throws InterruptedException {
    Map<Protocol, Contender> all = new EnumMap<>(Protocol.class);
    own.ports()
        .forEach(
            (protocol, port) ->
                all.put(protocol, new Contender("node", protocol, port, own.node().pid())));
    for (OtherBroker other : others) {
      other
          .ports()
          .forEach(
              (protocol, port) ->
                  all.put(protocol, new Contender(other.name(), protocol, port, other.pid())));
    }
    Protocol webSocket = Protocol.WEB_SOCKET;
    Contender slow =
        new Contender(STANDARD, webSocket, standard.ports().get(webSocket), standard.node().pid());
    List<Contender> running = new ArrayList<>(all.values());
    running.add(slow);
    for (int round = 0; round < ROUNDS; round++) {
      for (Contender each : running) {
        each.run(generator, workload);
      }
    }
    results.put(workload, all);
    byStandard.put(workload, slow);
  }

  private void ratios() {
    out.printf(
        "%n| CPU for a delivery, as a ratio | to the best other | WebSocket to raw | raw TLS to raw"
            + " | WebSocket TLS to raw TLS | standard API to own frames |%n"
            + "|---|---:|---:|---:|---:|---:|%n");
    results.forEach(
        (workload, all) ->
            out.printf(
                Locale.ROOT,
                "| %s | raw %s; WebSocket %s | %s | %s | %s | %s |%n",
                title(workload),
                toBest(all, Protocol.RAW),
                toBest(all, Protocol.WEB_SOCKET),
                ratio(all, Protocol.WEB_SOCKET, Protocol.RAW),
                ratio(all, Protocol.RAW_TLS, Protocol.RAW),
                ratio(all, Protocol.WEB_SOCKET_TLS, Protocol.RAW_TLS),
                ratio(byStandard.get(workload), all.get(Protocol.WEB_SOCKET))));
  }

  private static String ratio(Map<Protocol, Contender> all, Protocol one, Protocol other) {
    return ratio(all.get(one), all.get(other));
  }

  private static String ratio(Contender one, Contender other) {
    double ratio = one.micros() / other.micros();
    return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String toBest(Map<Protocol, Contender> all, Protocol own) {
    Optional<Contender> best =
        SAME.get(own).stream()
            .map(all::get)
            .filter(each -> each != null && each.best.result().isPresent())
            .min(Comparator.comparingDouble(Contender::micros));
    return best.map(other -> ratio(all.get(own), other) + ", " + other.name).orElse("-");
  }

  private void absolute() {
    out.printf(
        "%n| workload | broker | CPU us/delivery | delivered/s | p50 ms | p99 ms | lost"
            + " | generator's CPU us |%n|---|---|---:|---:|---:|---:|---:|---:|%n");
    results.forEach(
        (workload, all) ->
            Stream.concat(all.values().stream(), Stream.of(byStandard.get(workload)))
                .forEach(each -> absolute(workload, each)));
  }

  private void absolute(Workload workload, Contender each) {
    out.printf(
        "| %s | %s | %s |%n",
        title(workload),
        each.protocol.isSmq() ? each.name + ", " + each.protocol.text() : name(each),
        each.best.cells(ComparisonTable::cells));
  }

  private static String cells(Figures figures) {
    return String.format(
        Locale.ROOT,
        "%.2f | %,.0f | %.3f | %.3f | %.0f | %.2f",
        figures.brokerMicros(),
        figures.delivered(),
        figures.p50(),
        figures.p99(),
        figures.lost(),
        figures.generatorMicros());
  }

  private static String name(Contender other) {
    boolean webSocket =
        other.protocol == Protocol.MQTT_WEB_SOCKET || other.protocol == Protocol.NATS_WEB_SOCKET;
    return webSocket ? other.name + ", WebSocket" : other.name;
  }

  /** Without the protocol. */
  private static String title(Workload workload) {
    String name = workload.name();
    String title = name.substring(0, name.lastIndexOf(", " + workload.protocol().text()));
    return workload.mode() == Mode.DIRECT ? title + " each" : title;
  }
}
