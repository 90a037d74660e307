package org.smqcluster.broker;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.log.Causes;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.log.LogText;
import org.smqcluster.protocol.WireText;

/**
 * The broker's log lines, all in one place: one a minute and kind. Those about a client have a map
 * as last parameter, of which a JSON formatter makes members. Thread-safe.
 */
final class BrokerLog {

  /** At most one line a client in this time, in nanoseconds. */
  static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final LimitedLog log = new LimitedLog(BrokerLog.class);
  private final String node;

  BrokerLog(String node) {
    this.node = node;
  }

  void refused(Client client, Refusal refusal, String text) {
    log.log(
        refusal,
        Level.WARNING,
        null,
        "{0}: refused: {1}{2}, client {3} (etid {4,number,#}) at {5}.{6}",
        node,
        refusal.text(),
        text.isEmpty() || text.equals(refusal.text()) ? "" : " [" + text + "]",
        uid(client),
        client.etid(),
        client.connectionInfo().addressText(),
        refusal.key().isEmpty() ? "" : " See " + refusal.key() + ".",
        members("refused", client, refusal));
  }

  private static String uid(Client client) {
    return client.uid().isEmpty() ? "unknown" : WireText.printable(client.uid());
  }

  /**
   * This is called for every message that is dropped: the caller keeps to one a minute and client.
   */
  void outboxFull(Client client) {
    log.log(
        Level.WARNING,
        "{0}: client {1} (etid {2,number,#}, {3}) does not read: its outbox of {4} bytes is full,"
            + " {5} messages dropped so far. See smq.outbox.bytes and smq.outbox.policy.",
        node,
        uid(client),
        client.etid(),
        client.connectionInfo().addressText(),
        client.bytesWaiting(),
        client.dropped(),
        members("dropped", client, DropReason.OUTBOX_FULL));
  }

  void outboxesGetLess(long waiting, long bound) {
    log.log(
        Level.WARNING,
        "{0}: {1} bytes wait for clients, too much for this node: each outbox holds {2} until they"
            + " are read. Clients that do not read lose messages earlier. See smq.outbox.bytes.",
        node,
        waiting,
        bound);
  }

  void parked(Client client) {
    log.log(
        Level.INFO,
        "{0}: client {1} (etid {2,number,#}) goes to another node: its session is parked. See"
            + " smq.session.grace.",
        node,
        uid(client),
        client.etid());
  }

  void broken(Client client) {
    log.log(
        Level.INFO,
        "{0}: the connection of client {1} (etid {2,number,#}) broke: its session is parked. See"
            + " smq.session.grace.broken.",
        node,
        uid(client),
        client.etid());
  }

  void notParked(Client client, int most) {
    log.log(
        Level.WARNING,
        "{0}: the connection of client {1} (etid {2,number,#}) broke, and its session ends: {3}"
            + " are parked. See smq.limit.clients and smq.session.grace.broken.",
        node,
        uid(client),
        client.etid(),
        most);
  }

  void resumed(Client client) {
    log.log(
        Level.INFO,
        "{0}: client {1} (etid {2,number,#}) is back and goes on with its parked session",
        node,
        uid(client),
        client.etid());
  }

  void expired(ClientEntry entry, boolean broken) {
    log.log(
        broken ? "left" : "expired",
        broken ? Level.INFO : Level.WARNING,
        null,
        "{0}: client {1} (etid {2,number,#}) did not come back in time: what was held for it is"
            + " dropped. See smq.session.grace{3}.",
        node,
        WireText.printable(entry.uid()),
        entry.etid(),
        broken ? ".broken" : "");
  }

  void notHeld(ClientEntry entry) {
    log.log(
        Level.WARNING,
        "{0}: the parked session of client {1} (etid {2,number,#}) ends: too much waits for all"
            + " clients together. See smq.memory.outboxes.percent and smq.session.grace.broken.",
        node,
        WireText.printable(entry.uid()),
        entry.etid());
  }

  void died(String name, int clients, long seconds) {
    if (clients > 0) {
      log.log(
          Level.WARNING,
          "{0}: node {1} is gone (clients: {2}). Messages for their sessions are kept for {3} s, until"
              + " they come to another node. See smq.session.grace.",
          node,
          name,
          clients,
          seconds);
    }
  }

  void forgotten(int clients) {
    if (clients > 0) {
      log.log(
          Level.WARNING,
          "{0}: sessions have ended because their clients did not come in time from a node that died: {1}."
              + " See smq.session.grace.",
          node,
          clients);
    }
  }

  void notAllFetched(ClientEntry entry, Throwable failure) {
    notHandedOver(
        "{0}: some messages held for client {1} on {2} may be missing: {3}", entry, failure);
  }

  void notResumed(ClientEntry entry, Throwable failure) {
    notHandedOver(
        "{0}: the session of client {1} parked on {2} is not resumed: {3}", entry, failure);
  }

  private void notHandedOver(String text, ClientEntry entry, Throwable failure) {
    log.log(
        Level.WARNING,
        text,
        node,
        WireText.printable(entry.uid()),
        entry.node(),
        Causes.reason(failure));
  }

  private Map<String, String> members(String event, Client client, Enum<?> reason) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("node", node);
    members.put("event", event);
    members.put("uid", LogText.line(uid(client), LogText.PEER_CHARS));
    members.put("etid", Integer.toString(client.etid()));
    members.put("address", client.connectionInfo().addressText());
    members.put("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    return members;
  }

  void authenticationFailed(Client client, Throwable failure) {
    log.log(
        Level.ERROR,
        failure,
        "An authenticator failed for a client from {0}, which is told to try again later (Connack 2)",
        client.connectionInfo().addressText());
  }

  void clusterFailed(String what, Throwable failure) {
    log.log(
        what,
        Level.WARNING,
        failure,
        "The cluster did not {0} in time. See /api/cluster and smq_cluster_oldest_write_seconds.",
        what);
  }

  void handlerFailed(Throwable failure) {
    log.log(
        Level.ERROR,
        failure,
        "A message handler of the application failed. The next message follows.");
  }

  void nameLost(NameSpace space, int id, String name, int clients) {
    log.log(
        Level.WARNING,
        "After a split, id {0,number,#} belongs to another {1} than \"{2}\": {3} clients that used it are closed, so that they resolve the name again.",
        id,
        space,
        name,
        clients);
  }
}
