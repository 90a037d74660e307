package org.smqcluster.broker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.WireText;

/**
 * The broker's log lines, all in one place: one an event that matters, never one a message. Lines
 * that a client can provoke are limited to one a kind a minute. Those about a client have a map as
 * last parameter, of which a JSON formatter makes members. Thread-safe.
 */
final class BrokerLog {

  /** At most one line a kind in this time, in nanoseconds. */
  static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private static final int MAX_REMEMBERED = 10_000;

  /** Controls, C1 too, of which terminals make commands; what turns a line's direction; halves. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

  private final Logger logger = System.getLogger(NodeBroker.class.getName());
  private final Map<String, Long> lastLogged = new ConcurrentHashMap<>();
  private final String node;

  BrokerLog(String node) {
    this.node = node;
  }

  void refused(Client client, Refusal refusal, String text) {
    String address = client.connectionInfo().addressText();
    if (due(refusal.name())) {
      logger.log(
          Level.WARNING,
          "{0}: refused: {1} [{2}], client {3} (etid {4,number,#}) at {5}.{6} More of this kind"
              + " within a minute is counted, not logged.",
          node,
          refusal.text(),
          printable(text),
          printable(client.uid()),
          client.etid(),
          address,
          refusal.key().isEmpty() ? "" : " See " + refusal.key() + ".",
          members("refused", client, refusal));
    }
  }

  /** A client's text without what could pass for a line of this log. */
  private static String printable(String text) {
    return text == null
        ? "unknown"
        : UNPRINTABLE.matcher(WireText.cut(text, NodeBroker.MAX_PEER_TEXT)).replaceAll("?");
  }

  /** The caller keeps to one line a minute and client: this is called for every message. */
  void outboxFull(Client client) {
    logger.log(
        Level.WARNING,
        "{0}: client {1} (etid {2,number,#}, {3}) does not read: its outbox of {4} bytes is full,"
            + " {5} messages dropped so far. See smq.outbox.bytes and smq.outbox.policy.",
        node,
        printable(client.uid()),
        client.etid(),
        client.connectionInfo().addressText(),
        client.outbox().bytes(),
        client.outbox().dropped(),
        members("dropped", client, DropReason.OUTBOX_FULL));
  }

  void outboxesGetLess(long waiting, long bound) {
    logger.log(
        Level.WARNING,
        "{0}: {1} bytes wait for clients, too much for this node: each outbox holds {2} until they"
            + " are read. Clients that do not read lose messages earlier. See smq.outbox.bytes.",
        node,
        waiting,
        bound);
  }

  private Map<String, String> members(String event, Client client, Enum<?> reason) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("node", node);
    members.put("event", event);
    members.put("uid", printable(client.uid()));
    members.put("etid", Integer.toString(client.etid()));
    members.put("address", client.connectionInfo().addressText());
    members.put("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    return members;
  }

  void authenticationFailed(Client client, Throwable failure) {
    if (due("authenticate")) {
      logger.log(
          Level.ERROR,
          "Cannot authenticate a client from " + client.connectionInfo().addressText(),
          failure);
    }
  }

  void clusterFailed(String what, Throwable failure) {
    if (due(what)) {
      logger.log(Level.WARNING, "The cluster did not " + what, failure);
    }
  }

  void handlerFailed(RuntimeException failure) {
    logger.log(Level.ERROR, "A message handler of the application failed", failure);
  }

  void nameLost(NameSpace space, int id, String name, int clients) {
    logger.log(
        Level.WARNING,
        "After a split, id {0,number,#} belongs to another {1} than \"{2}\": {3} clients that used"
            + " it are closed, to resolve it again.",
        id,
        space,
        printable(name),
        clients);
  }

  private boolean due(String kind) {
    long now = System.nanoTime();
    if (lastLogged.size() > MAX_REMEMBERED) {
      // a flood from many addresses: better a line too many than a look at all of them each time
      lastLogged.clear();
    }
    boolean[] due = {false};
    lastLogged.compute(
        kind,
        (k, last) -> {
          due[0] = last == null || now - last > MINUTE;
          return due[0] ? Long.valueOf(now) : last;
        });
    return due[0];
  }
}
