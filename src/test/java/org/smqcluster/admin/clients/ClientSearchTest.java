package org.smqcluster.admin.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.clients.ClientSearch.ClientFilter;
import org.smqcluster.admin.clients.ClientView.State;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;

class ClientSearchTest {

  private static final ClientFilter ALL = new ClientFilter(null, null, false, null, null, null);

  private static ClientEntry client(int i) {
    return new ClientEntry(
        "Client-%06d".formatted(i * 7919 % 100_000),
        0x40000000 + i,
        "node" + (i % 3 + 1),
        i + 1,
        1_000_000L - i,
        "10.0." + i % 256 + ".1",
        i % 2 == 0 ? Transport.RAW : Transport.WEBSOCKET,
        "");
  }

  private static Part<ClientView> search(ClientFilter filter, Page page, int clients) {
    return ClientSearch.find(
        ClientSearch.all(
            "smq", IntStream.range(0, clients).mapToObj(ClientSearchTest::client), Stream.empty()),
        filter,
        page);
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrOverlap() {
    List<String> one = uids(search(ALL, Page.of("uid", 0, 20), 1000));
    List<String> two = uids(search(ALL, Page.of("uid", 20, 20), 1000));
    List<String> both = uids(search(ALL, Page.of("uid", 0, 40), 1000));
    assertEquals(both, List.of(one, two).stream().flatMap(List::stream).toList());
    assertEquals(both.stream().sorted().toList(), both);
  }

  @Test
  void aMinusSortsDownwards() {
    Part<ClientView> page = search(ALL, Page.of("-connected", 0, 2), 1000);
    assertEquals(
        List.of(0x40000000, 0x40000001), page.items().stream().map(c -> c.etid()).toList());
    assertEquals(1000, page.total());
  }

  @Test
  void allFiltersMustMatch() {
    assertEquals(500, total(new ClientFilter(null, null, false, null, Transport.RAW, null)));
    assertEquals(334, total(new ClientFilter("node1", null, false, null, null, null)));
    assertEquals(167, total(new ClientFilter("node1", null, false, null, Transport.RAW, null)));
    assertEquals(4, total(new ClientFilter(null, null, false, "10.0.7.", null, null)));
    assertEquals(1, total(new ClientFilter(null, "cLiEnT-007919", false, null, null, null)));
    assertEquals(0, total(new ClientFilter(null, "cLiEnT-007919", true, null, null, null)));
    assertEquals(1, total(new ClientFilter(null, "Client-007919", true, null, null, null)));
    assertEquals(0, total(new ClientFilter(null, "Client-00791", true, null, null, null)));
  }

  private static int total(ClientFilter filter) {
    return search(filter, Page.of("uid", 0, 1), 1000).total();
  }

  @Test
  void clientsAreFoundByTheirState() {
    List<ClientEntry> clients = List.of(client(1), client(2).asParked());
    assertEquals(List.of("connected", "parked", "orphaned"), states(null, clients));
    assertEquals(List.of("connected"), states(State.CONNECTED, clients));
    assertEquals(List.of("parked"), states(State.PARKED, clients));
    assertEquals(List.of("orphaned"), states(State.ORPHANED, clients));
  }

  /** With one client whose node died, which was parked there. */
  private static List<String> states(State wanted, List<ClientEntry> clients) {
    return ClientSearch.find(
            ClientSearch.all("smq", clients.stream(), Stream.of(client(3).asParked())),
            new ClientFilter(null, null, false, null, null, wanted),
            Page.of("state", 0, 10))
        .items()
        .stream()
        .map(ClientView::state)
        .toList();
  }

  @Test
  void aHundredThousandClientsCostLittle() {
    List<ClientEntry> clients = IntStream.range(0, 100_000).mapToObj(i -> client(i)).toList();
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      Part<ClientView> found =
          ClientSearch.find(
              ClientSearch.all("smq", clients.stream(), Stream.empty()),
              new ClientFilter(null, "client", false, null, null, null),
              Page.of("uid", 0, 50));
      assertEquals(100_000, found.total());
      best = Math.min(best, System.nanoTime() - start);
    }
    assertTrue(best < TimeUnit.MILLISECONDS.toNanos(500), best / 1_000_000 + " ms");
  }

  @Test
  void whatCannotBeSortedByIsRefused() {
    assertThrows(RuntimeException.class, () -> search(ALL, Page.of("shoe", 0, 1), 1));
  }

  private static List<String> uids(Part<ClientView> page) {
    return page.items().stream().map(ClientView::uid).toList();
  }
}
