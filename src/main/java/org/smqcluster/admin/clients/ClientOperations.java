package org.smqcluster.admin.clients;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.smqcluster.admin.events.ClientHistory;
import org.smqcluster.admin.events.Recorder;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.log.LogText;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/** What a node tells of its own clients, and does to them. */
@ApplicationScoped
public class ClientOperations implements Operation.Provider {

  public record Which(String broker, int etid) {}

  public record Close(String broker, int etid, String reason, String administrator) {}

  public record OfTopic(String broker, int tid) {}

  /** Clients' ETIDs; none are told where there are more than {@link #MAX_ETIDS}. */
  public record Etids(int[] etids, boolean more) {}

  /** Most ETIDs of one answer. */
  public static final int MAX_ETIDS = 100_000;

  /** Most subscriptions, and most observations, that are told of one client. */
  public static final int MAX_NAMED = 100;

  /** All of one client; no answer if it is not there. */
  public static final Operation<Which, ClientDetails> DETAILS =
      new Operation<>("client-details", Which.class, ClientDetails.class);

  /** Close a client; no answer if it is not there. */
  public static final Operation<Close, Operation.Nothing> DISCONNECT =
      new Operation<>("client-disconnect", Close.class, Operation.Nothing.class);

  /** The node's clients that subscribe to a topic. */
  public static final Operation<OfTopic, Etids> SUBSCRIBERS =
      new Operation<>("topic-subscribers", OfTopic.class, Etids.class);

  private static final Logger LOG = System.getLogger(ClientOperations.class.getName());

  @Inject private SmqNode node;
  @Inject private Recorder recorder;

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(
        DETAILS.byFinding(this::details),
        DISCONNECT.byFinding(this::disconnect),
        SUBSCRIBERS.by(this::etids));
  }

  private Optional<ClientDetails> details(Which which) {
    Broker broker = node.broker(which.broker());
    return broker.client(which.etid()).map(client -> details(broker, client));
  }

  private ClientDetails details(Broker broker, Client client) {
    int[] subscriptions = client.subscriptions();
    int[] observations = client.observations();
    return new ClientDetails(
        client.etid(),
        WireText.printable(client.uid()),
        broker.nodeName(),
        client.connectionInfo().addressText(),
        client.connectionInfo().port(),
        client.connectionInfo().transport().name().toLowerCase(Locale.ROOT),
        client.connectionInfo().secure(),
        client.user().orElse(null),
        Instant.ofEpochMilli(client.connectedAt()),
        WireText.printable(client.info()),
        broker.name(),
        named(broker, subscriptions),
        subscriptions.length,
        named(broker, observations),
        observations.length,
        new ClientDetails.Waiting(
            client.bytesWaiting(), broker.settings().outbox().bytes(), client.dropped()),
        new ClientDetails.Counters(
            client.packetsIn(), client.bytesIn(), client.packetsOut(), client.bytesOut()),
        recorder.history(client).stream()
            .flatMap(history -> history.entries().stream())
            .map(entry -> happened(broker, entry))
            .toList());
  }

  private static List<ClientDetails.Named> named(Broker broker, int[] ids) {
    return Arrays.stream(ids)
        .limit(MAX_NAMED)
        .mapToObj(id -> new ClientDetails.Named(id, topicName(broker, id)))
        .toList();
  }

  private static String topicName(Broker broker, int id) {
    return broker
        .topics()
        .find(id)
        .map(Topic::name)
        .filter(name -> !name.isEmpty())
        .map(WireText::printable)
        .orElse(null);
  }

  private static ClientDetails.Happened happened(Broker broker, ClientHistory.Entry entry) {
    String detail =
        switch (entry.kind()) {
          case CONNECTED -> "";
          case SUBSCRIBED, UNSUBSCRIBED -> topicName(broker, entry.argument());
          case REFUSED -> Refusal.values()[entry.argument()].text();
        };
    return new ClientDetails.Happened(
        Instant.ofEpochMilli(entry.millis()), NodeStatistics.name(entry.kind()), detail);
  }

  private Optional<Operation.Nothing> disconnect(Close close) {
    return node.broker(close.broker())
        .client(close.etid())
        .map(client -> disconnect(client, close));
  }

  private static Operation.Nothing disconnect(Client client, Close close) {
    LOG.log(
        Level.INFO,
        "Client {0} (etid {1,number,#}) is disconnected by administrator {2}: {3}",
        LogText.line(WireText.printable(client.uid()), LogText.PEER_CHARS),
        client.etid(),
        close.administrator(),
        LogText.line(close.reason(), LogText.PEER_CHARS));
    client.disconnect(CloseReason.ADMINISTRATIVE, close.reason());
    return new Operation.Nothing();
  }

  private Etids etids(OfTopic question) {
    int[] etids =
        node.broker(question.broker()).clients().stream()
            .filter(
                client ->
                    IntStream.of(client.subscriptions()).anyMatch(tid -> tid == question.tid()))
            .mapToInt(Client::etid)
            .limit(MAX_ETIDS + 1L)
            .toArray();
    boolean more = etids.length > MAX_ETIDS;
    return new Etids(more ? new int[0] : etids, more);
  }
}
