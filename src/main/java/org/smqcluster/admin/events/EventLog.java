package org.smqcluster.admin.events;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.protocol.WireText;

/**
 * Logs which clients and nodes came and went, one line an event. Once a second, so that no client
 * waits for a log; the lines have the events' times. What a flood has too many of is counted.
 *
 * <p>The last parameter of each record is a map of what the event has: Payara's JSON formatter
 * makes members of it.
 */
@ApplicationScoped
public class EventLog {

  /** Most lines a second. */
  static final int MAX_LINES = 100;

  private static final Logger LOG = Logger.getLogger(EventLog.class.getName());

  @Inject private Recorder recorder;
  @Resource private ManagedScheduledExecutorService executor;
  private String node;
  private long position;
  private ScheduledFuture<?> running;

  void start(@Observes NodeStarted started) {
    node = started.node().name();
    running = executor.scheduleWithFixedDelay(this::write, 1, 1, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    if (running != null) {
      running.cancel(false);
      write();
    }
  }

  private synchronized void write() {
    EventRing.Batch batch = recorder.ring().after(position, EventRing.CAPACITY);
    position = batch.last();
    lines(batch, node).forEach(LOG::log);
  }

  /** What is logged of some events of a node. */
  static List<LogRecord> lines(EventRing.Batch batch, String node) {
    List<AdminEvent> telling = batch.events().stream().filter(EventLog::matters).toList();
    long more = batch.lost() + Math.max(0, telling.size() - MAX_LINES);
    Stream<LogRecord> lines = telling.stream().limit(MAX_LINES).map(event -> line(event, node));
    return more == 0
        ? lines.toList()
        : Stream.concat(lines, Stream.of(tooMany(more, node))).toList();
  }

  /** The broker itself logs what it refuses and drops, one line a kind and minute. */
  private static boolean matters(AdminEvent event) {
    return event.type().equals("connected")
        || event.type().equals("disconnected")
        || event.type().startsWith("node-");
  }

  private static LogRecord line(AdminEvent event, String node) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("node", node);
    members.put("event", event.type());
    put(members, event.etid() == null ? "subject" : "uid", event.subject());
    put(members, "etid", event.etid());
    put(members, "address", event.address());
    put(members, "reason", event.reason());
    put(members, "detail", event.detail());
    LogRecord line = record(text(members), members);
    line.setInstant(event.time());
    return line;
  }

  private static void put(Map<String, String> members, String name, Object value) {
    if (value != null && !value.toString().isEmpty()) {
      members.put(name, WireText.printable(value.toString()));
    }
  }

  private static String text(Map<String, String> members) {
    String who =
        members.containsKey("etid")
            ? "client %s (etid %s, %s) %s"
                .formatted(
                    members.get("uid"),
                    members.get("etid"),
                    members.get("address"),
                    members.get("event"))
            : members.getOrDefault("subject", "") + ": " + members.get("event");
    String why =
        Stream.of(members.get("reason"), members.get("detail"))
            .filter(Objects::nonNull)
            .collect(Collectors.joining(", "));
    return members.get("node") + ": " + who + (why.isEmpty() ? "" : ": " + why);
  }

  private static LogRecord tooMany(long more, String node) {
    String text = node + ": " + more + " more clients came or went within a second, not logged";
    return record(text, Map.of("node", node, "event", "too-many", "count", Long.toString(more)));
  }

  /** The text is a parameter: what looks like one inside it stays as it is. */
  private static LogRecord record(String text, Map<String, String> members) {
    LogRecord made = new LogRecord(Level.INFO, "{0}");
    made.setParameters(new Object[] {text, members});
    made.setLoggerName(LOG.getName());
    return made;
  }
}
