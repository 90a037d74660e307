package org.smqcluster.admin.clients;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.smqcluster.admin.clients.ClientView.State;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.admin.paging.TopK;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.node.SmqNode;

/** Adds to lists of clients what only their nodes know. Thread-safe. */
@ApplicationScoped
public class ClientLoads implements Operation.Provider {

  public record Which(String broker, int[] etids) {}

  /** The clients of a node that have most of something. */
  public record Slowest(String broker, String by, int count) {}

  public record Loads(List<ClientView.Load> clients) {}

  static final Operation<Which, Loads> LOADS =
      new Operation<>("client-loads", Which.class, Loads.class);

  static final Operation<Slowest, Loads> SLOWEST =
      new Operation<>("client-slowest", Slowest.class, Loads.class);

  public static final Map<String, Comparator<ClientView.Load>> ORDERS =
      Map.of(
          "outbox",
          Comparator.comparingLong(ClientView.Load::outboxBytes).reversed(),
          "dropped",
          Comparator.comparingLong(ClientView.Load::dropped).reversed());

  @Inject private SmqNode node;
  @Inject private NodeCalls nodes;
  private final ClientRates rates = new ClientRates();

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(LOADS.by(this::loads), SLOWEST.by(this::slowest));
  }

  private ClientView.Load load(Client client) {
    return rates.of(client, System.nanoTime(), System.currentTimeMillis());
  }

  private Loads loads(Which which) {
    Broker broker = node.broker(which.broker());
    return new Loads(
        Arrays.stream(which.etids())
            .mapToObj(broker::client)
            .flatMap(Optional::stream)
            .map(this::load)
            .toList());
  }

  private Loads slowest(Slowest question) {
    boolean byOutbox = question.by().equals("outbox");
    TopK<Client> top =
        new TopK<>(
            question.count(),
            Comparator.<Client>comparingLong(
                    client -> byOutbox ? client.bytesWaiting() : client.dropped())
                .reversed());
    for (Client client : node.broker(question.broker()).clients()) {
      if (client.etid() != 0 && (byOutbox ? client.bytesWaiting() : client.dropped()) > 0) {
        top.add(client);
      }
    }
    return new Loads(top.from(0).stream().map(this::load).toList());
  }

  /** The same clients with what their nodes know; those of a node that does not answer without. */
  public CompletionStage<List<ClientView>> of(List<ClientView> clients) {
    return NodeCalls.all(
            clients.stream()
                .collect(Collectors.groupingBy(each -> List.of(each.node(), each.broker())))
                .values()
                .stream()
                .map(this::ask))
        .thenApply(
            answers -> {
              Map<Integer, ClientView.Load> loads = new HashMap<>();
              answers.forEach(
                  answer ->
                      answer.ifPresent(
                          some -> some.clients().forEach(load -> loads.put(load.etid(), load))));
              return clients.stream().map(each -> each.with(loads.get(each.etid()))).toList();
            });
  }

  private CompletionStage<Optional<Loads>> ask(List<ClientView> ofOneNode) {
    int[] etids = ofOneNode.stream().mapToInt(ClientView::etid).toArray();
    ClientView one = ofOneNode.get(0);
    return nodes.askLeniently(one.node(), LOADS, new Which(one.broker(), etids));
  }

  /**
   * The clients that have most of something, on all nodes; those that have none of it are left out.
   *
   * @param by a key of {@link #ORDERS}
   */
  public CompletionStage<List<ClientView>> slowest(String broker, String by, int count) {
    return nodes
        .askAll(SLOWEST, new Slowest(broker, by, count))
        .thenApply(
            answers ->
                answers.values().stream()
                    .flatMap(answer -> answer.clients().stream())
                    .sorted(ORDERS.get(by))
                    .limit(count)
                    .flatMap(load -> view(broker, load).stream())
                    .toList());
  }

  private Optional<ClientView> view(String broker, ClientView.Load load) {
    return node.brokerCluster(broker)
        .client(load.etid())
        .map(entry -> ClientView.of(broker, entry, State.CONNECTED).with(load));
  }
}
