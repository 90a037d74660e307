package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;

class BrokerLogTest {

  private final Logger logger = Logger.getLogger(BrokerLog.class.getName());
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
  }

  @Test
  void theLinesAboutANodeThatDiedReadWellWithAnyNumberOfClients() {
    BrokerLog log = new BrokerLog("node2");
    log.died("node1", 1, 30);
    log.forgotten(2);
    assertEquals(
        List.of(
            "node2: node node1 is gone (clients: 1). Messages for their sessions are kept for 30 s,"
                + " until they come to another node. See smq.session.grace.",
            "node2: sessions have ended because their clients did not come in time from a node that"
                + " died: 2. See smq.session.grace."),
        lines);
  }

  @Test
  void theLineAboutMessagesThatMayBeMissingSaysWhy() {
    new BrokerLog("node2")
        .notAllFetched(
            new ClientEntry("a client", 7, "node1", 1, 0, "192.0.2.7", Transport.RAW, ""),
            new CompletionException(
                new IllegalStateException("node1 does not answer, and this is a long reason")));
    assertEquals(
        List.of(
            "node2: some messages held for client a client on node1 may be missing:"
                + " node1 does not answer, and this is a long reason"),
        lines);
  }
}
