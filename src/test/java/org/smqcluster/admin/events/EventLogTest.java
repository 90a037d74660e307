package org.smqcluster.admin.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLogTest {

  private final EventRing ring = new EventRing();

  private List<LogRecord> lines() {
    return new EventLog().lines(ring.after(0, EventRing.CAPACITY), "node1");
  }

  private static String text(LogRecord line) {
    return new SimpleFormatter().formatMessage(line);
  }

  @Test
  void aLineHasNodeUidEtidAndReason() {
    AdminEvent event =
        AdminEvent.of("disconnected")
            .about(1213141516, "led-0a1b2c", "192.0.2.7")
            .because("connection-lost", "reset");
    ring.add(event);
    LogRecord line = lines().get(0);
    assertEquals(
        "node1: client led-0a1b2c (etid 1213141516, 192.0.2.7) disconnected: connection-lost, reset",
        text(line));
    assertEquals(event.time(), line.getInstant());
    assertEquals(
        Map.of(
            "node", "node1",
            "event", "disconnected",
            "uid", "led-0a1b2c",
            "etid", "1213141516",
            "address", "192.0.2.7",
            "reason", "connection-lost",
            "detail", "reset"),
        line.getParameters()[1]);
  }

  @Test
  void nodesThatComeAndGoAreLoggedToo() {
    ring.add(AdminEvent.of("node-left").about("node2"));
    assertEquals("node1: node node2 left", text(lines().get(0)));
  }

  @Test
  void whatAClientSaysCannotPassForALogLineOrAPlaceholder() {
    ring.add(AdminEvent.of("connected").about(7, "{0}{1}'", "192.0.2.7").because(null, "a\nb"));
    assertEquals(
        "node1: client {0}{1}' (etid 7, 192.0.2.7) connected: 0x610a62", text(lines().get(0)));
  }

  @Test
  void aUidOfRawBytesIsWrittenAsTheConsoleWritesIt() {
    ring.add(AdminEvent.of("connected").about(7, "0x02fc00000001", "192.0.2.7"));
    assertEquals(
        "node1: client 0x02fc00000001 (etid 7, 192.0.2.7) connected", text(lines().get(0)));
  }

  @Test
  void nothingIsLoggedForASubscriptionOrADevice() {
    ring.add(AdminEvent.of("subscribed").about(7, "led", "192.0.2.7").onTopic("/a"));
    ring.add(AdminEvent.of("device").about("led"));
    assertEquals(List.of(), lines());
  }

  @Test
  void theClientsOfOneAddressCannotFillTheLog() {
    IntStream.range(0, EventLog.ADDRESS_LINES + 5)
        .forEach(i -> ring.add(AdminEvent.of("connected").about(i, "client", "192.0.2.7")));
    ring.add(AdminEvent.of("connected").about(7, "other", "192.0.2.8"));

    List<LogRecord> lines = lines();

    assertEquals(EventLog.ADDRESS_LINES + 2, lines.size());
    assertEquals(
        "node1: client other (etid 7, 192.0.2.8) connected",
        text(lines.get(EventLog.ADDRESS_LINES)));
    assertEquals(
        "node1: 5 more clients came or went, not logged: 20 a minute from one address are; the"
            + " console has the latest",
        text(lines.get(EventLog.ADDRESS_LINES + 1)));
  }

  @Test
  void theClientsOfManyAddressesCannotFillTheLog() {
    IntStream.range(0, EventLog.ALL_LINES * 2)
        .forEach(i -> ring.add(AdminEvent.of("connected").about(i, "client", "192.0.2." + i)));

    // a line more for each 100 ms that this takes
    assertTrue(lines().size() < EventLog.ALL_LINES + 50);
  }

  @Test
  void whatAClientSaysIsCut() {
    ring.add(AdminEvent.of("connected").about(7, "u".repeat(60_000), "192.0.2.7"));

    assertTrue(text(lines().get(0)).length() < 250, text(lines().get(0)));
  }
}
