package org.smqcluster.admin.clients;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import org.smqcluster.admin.clients.ClientView.State;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.TopK;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.WireText;

/**
 * Finds clients among all of the cluster: looks at each once and keeps those of the wanted page, so
 * that 100,000 clients cost milliseconds. Not thread-safe; used for one request.
 */
public final class ClientSearch {

  private record Found(String broker, ClientEntry entry, State state) {}

  private static final Map<String, Comparator<Found>> ORDERS =
      Map.of(
          "uid", Comparator.comparing(found -> found.entry.uid()),
          "etid", Comparator.comparing(found -> found.entry.etid()),
          "node", Comparator.comparing(found -> found.entry.node()),
          "state", Comparator.comparing(Found::state),
          "address", Comparator.comparing(found -> found.entry.address()),
          "transport", Comparator.comparing(found -> found.entry.transport()),
          "connected", Comparator.comparing(found -> found.entry.connectedAt()),
          "broker", Comparator.comparing(Found::broker));

  private final ClientFilter filter;
  private final Page page;
  private final TopK<Found> kept;
  private int total;

  /**
   * Makes a search.
   *
   * @throws ApiException if the page is to be sorted by what clients do not have
   */
  public ClientSearch(ClientFilter filter, Page page) {
    this.filter = filter;
    this.page = page;
    Comparator<Found> order = ORDERS.get(page.sort());
    if (order == null) {
      throw ApiException.badRequest(
          "sort must be one of " + String.join(", ", ORDERS.keySet().stream().sorted().toList()));
    }
    // by ETID after all else, so that pages do not overlap
    this.kept =
        new TopK<>(
            page.end(),
            (page.descending() ? order.reversed() : order)
                .thenComparing(found -> found.entry.etid()));
  }

  /**
   * Looks at the clients of one broker.
   *
   * @param orphans clients whose nodes died
   * @param subscribers whether the client with an ETID subscribes to the wanted topic
   */
  public void look(
      String broker,
      Iterable<ClientEntry> clients,
      Iterable<ClientEntry> orphans,
      IntPredicate subscribers) {
    clients.forEach(client -> look(broker, client, State.of(client), subscribers));
    orphans.forEach(client -> look(broker, client, State.ORPHANED, subscribers));
  }

  private void look(String broker, ClientEntry client, State state, IntPredicate subscribers) {
    if (filter.matches(client, state) && subscribers.test(client.etid())) {
      total++;
      kept.add(new Found(broker, client, state));
    }
  }

  /** What was found. */
  public ClientPage result() {
    return new ClientPage(
        total,
        kept.from(page.offset()).stream()
            .map(found -> ClientView.of(found.broker, found.entry, found.state))
            .toList());
  }

  /**
   * Which clients are wanted; null is any.
   *
   * @param node the name of its node
   * @param uid a part of its UID as it is shown, in capitals or not
   * @param exact whether {@code uid} is the whole UID, as it is shown
   * @param address the beginning of its IP address
   * @param transport how it is, or was, connected
   */
  public record ClientFilter(
      String node, String uid, boolean exact, String address, Transport transport, State state) {

    public ClientFilter {
      uid = uid == null || exact ? uid : uid.toLowerCase(Locale.ROOT);
    }

    boolean matches(ClientEntry client, State now) {
      return (node == null || client.node().equals(node))
          && (state == null || now == state)
          && (transport == null || client.transport() == transport)
          && (address == null || client.address().startsWith(address))
          && (uid == null || matches(WireText.printable(client.uid())));
    }

    private boolean matches(String shown) {
      return exact ? shown.equals(uid) : shown.toLowerCase(Locale.ROOT).contains(uid);
    }
  }
}
