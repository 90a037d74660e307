package org.smqcluster.admin.events;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.log.LimitedRecord;
import org.smqcluster.log.LineLimit;
import org.smqcluster.log.LogText;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.protocol.WireText;

/**
 * Logs which clients and nodes came and went, one line an event. Once a second, so that no client
 * waits for a log; the lines have the events' times. Lines about the clients of one address, and
 * about all clients, are limited; those left out are counted.
 *
 * <p>The last parameter of each record is a map of what the event has: Payara's JSON formatter
 * makes members of it.
 */
@ApplicationScoped
public class EventLog {

  /** Lines about the clients of one address: so many at once, and so many a minute. */
  static final int ADDRESS_LINES = 20;

  /** Lines about all clients: so many at once, and ten a second. */
  static final int ALL_LINES = 100;

  private static final String NODE_EVENT = "node-";

  private static final Logger LOG = Logger.getLogger(EventLog.class.getName());

  private final LineLimit ofAddress = new LineLimit(ADDRESS_LINES, Duration.ofSeconds(3));
  private final LineLimit ofAll = new LineLimit(ALL_LINES, Duration.ofMillis(100));
  private final LineLimit summaries = LineLimit.perMinute();
  @Inject private Recorder recorder;
  @Inject private ScheduledExecutorService executor;
  private String node;
  private long position;
  private long leftOut;

  void start(@Observes NodeStarted started) {
    node = started.node().name();
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the log of events", this::write), 1, 1, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    if (node != null) {
      write();
    }
  }

  private synchronized void write() {
    EventRing.Batch batch = recorder.ring().after(position, EventRing.CAPACITY);
    position = batch.last();
    lines(batch, node).forEach(LOG::log);
  }

  /** What is logged of some events of a node. */
  List<LogRecord> lines(EventRing.Batch batch, String node) {
    List<LogRecord> lines = new ArrayList<>();
    leftOut += batch.lost();
    for (AdminEvent event : batch.events()) {
      if (!matters(event)) {
        continue;
      } else if (event.address() == null
          || ofAddress.admit(event.address()).isPresent() && ofAll.admit("").isPresent()) {
        lines.add(line(event, node));
      } else {
        leftOut++;
      }
    }
    if (leftOut > 0 && summaries.admit("").isPresent()) {
      lines.add(summary(leftOut, node));
      leftOut = 0;
    }
    return lines;
  }

  /** The broker itself logs what it refuses and drops, one line a kind and minute. */
  private static boolean matters(AdminEvent event) {
    return event.type().equals("connected")
        || event.type().equals("disconnected")
        || event.type().startsWith(NODE_EVENT);
  }

  private static LogRecord line(AdminEvent event, String node) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("node", node);
    members.put("event", event.type());
    put(members, event.etid() == null ? "subject" : "uid", event.subject());
    put(members, "etid", event.etid());
    put(members, "address", event.address());
    put(members, "reason", event.reason());
    put(members, "detail", event.detail() == null ? null : WireText.printable(event.detail()));
    LogRecord line = record(text(members), members);
    line.setInstant(event.time());
    return line;
  }

  private static void put(Map<String, String> members, String name, Object value) {
    if (value != null && !value.toString().isEmpty()) {
      members.put(name, LogText.line(value.toString(), LogText.PEER_CHARS));
    }
  }

  private static String text(Map<String, String> members) {
    String subject =
        members.containsKey("etid")
            ? "client %s (etid %s, %s) %s"
                .formatted(
                    members.get("uid"),
                    members.get("etid"),
                    members.get("address"),
                    members.get("event"))
            : "node %s %s"
                .formatted(
                    members.get("subject"), members.get("event").substring(NODE_EVENT.length()));
    String why =
        Stream.of(members.get("reason"), members.get("detail"))
            .filter(Objects::nonNull)
            .collect(Collectors.joining(", "));
    return members.get("node") + ": " + subject + (why.isEmpty() ? "" : ": " + why);
  }

  private static LogRecord summary(long more, String node) {
    String text =
        "%s: %d more clients came or went, not logged: %d a minute from one address are; the console"
            + " has the latest";
    return record(
        text.formatted(node, more, ADDRESS_LINES),
        Map.of("node", node, "event", "too-many", "count", Long.toString(more)));
  }

  /** The text is a parameter: what looks like one inside it stays as it is. */
  private static LogRecord record(String text, Map<String, String> members) {
    return new LimitedRecord(LOG.getName(), Level.INFO, "{0}", text, members);
  }
}
