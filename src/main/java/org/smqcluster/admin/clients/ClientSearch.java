package org.smqcluster.admin.clients;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.smqcluster.admin.clients.ClientView.State;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.WireText;

/**
 * Finds clients among all of the cluster: looks at each once and keeps those of the wanted page, so
 * that 100,000 clients cost milliseconds.
 */
public final class ClientSearch {

  public record Found(String broker, ClientEntry entry, State state) {}

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

  private ClientSearch() {}

  /** The clients of one broker, and those whose nodes died. */
  public static Stream<Found> all(
      String broker, Stream<ClientEntry> clients, Stream<ClientEntry> orphans) {
    return Stream.concat(
        clients.map(client -> new Found(broker, client, State.of(client))),
        orphans.map(client -> new Found(broker, client, State.ORPHANED)));
  }

  /** Finds clients; refuses to sort by what clients do not have. */
  public static Part<ClientView> find(Stream<Found> clients, ClientFilter filter, Page page) {
    Part<Found> part =
        page.of(
            clients.filter(filter::matches),
            page.order(ORDERS),
            Comparator.comparing(found -> found.entry.etid()));
    return new Part<>(
        part.total(),
        part.items().stream()
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

    boolean matches(Found found) {
      ClientEntry client = found.entry;
      return (node == null || client.node().equals(node))
          && (state == null || found.state == state)
          && (transport == null || client.transport() == transport)
          && (address == null || client.address().startsWith(address))
          && (uid == null || matches(WireText.printable(client.uid())));
    }

    private boolean matches(String shown) {
      return exact ? shown.equals(uid) : shown.toLowerCase(Locale.ROOT).contains(uid);
    }
  }
}
