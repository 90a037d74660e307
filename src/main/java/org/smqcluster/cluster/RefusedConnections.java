package org.smqcluster.cluster;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Counts the connections to the ports for other nodes that were not a node's, or broke the
 * protocol. JGroups tells of them in its log alone, so this looks at what its servers log, whatever
 * becomes of the lines. Thread-safe.
 */
final class RefusedConnections implements Filter, AutoCloseable {

  private static final List<String> MESSAGES =
      List.of("failed accepting connection", "failed handling message");

  private final LongAdder count = new LongAdder();

  /** Held here: the logging of Java forgets loggers, with their filters, that nothing refers to. */
  private final List<Logger> servers =
      List.of(
          Logger.getLogger("org.jgroups.blocks.cs.TcpServer"),
          Logger.getLogger("org.jgroups.blocks.cs.NioServer"));

  /** Begins to count. */
  RefusedConnections() {
    servers.forEach(logger -> logger.setFilter(this));
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    if (record.getLevel().intValue() >= Level.WARNING.intValue()
        && MESSAGES.stream().anyMatch(record.getMessage()::contains)) {
      count.increment();
    }
    return true;
  }

  /** Since this was made. */
  long count() {
    return count.sum();
  }

  @Override
  public void close() {
    servers.stream()
        .filter(logger -> logger.getFilter() == this)
        .forEach(logger -> logger.setFilter(null));
  }
}
