package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.smqcluster.client.BrokerUri.Target;

class AddressRoundsTest {

  private static final List<BrokerUri> URIS =
      BrokerUri.parseAll(
          "smq://127.0.0.1:1/smq,smq://127.0.0.1:2/smq,smq://127.0.0.1:3/smq,smq://127.0.0.1:4/smq");
  private static final HostResolver LITERAL = host -> List.of(InetAddress.getByName(host));

  private static List<Integer> ports(List<Target> targets) {
    return targets.stream().map(target -> target.uri().port()).toList();
  }

  @Test
  void addressesAreTriedInTheirOrderAndTheFailedOneLast() throws UnknownHostException {
    AddressRounds rounds = new AddressRounds(URIS, LITERAL, false);

    List<Target> first = rounds.round(null);

    assertEquals(List.of(1, 2, 3, 4), ports(first));
    assertEquals(List.of(1, 3, 4, 2), ports(rounds.round(first.get(1))));
  }

  @Test
  void inRandomOrderAnyAddressMayBeFirstButTheFailedOneIsLast() throws UnknownHostException {
    AddressRounds rounds = new AddressRounds(URIS, LITERAL, true);
    Target failed = new AddressRounds(URIS, LITERAL, false).round(null).get(0);
    Set<Integer> firsts = new HashSet<>();

    for (int i = 0; i < 200; i++) {
      List<Integer> ports = ports(rounds.round(failed));
      assertEquals(Set.of(1, 2, 3, 4), Set.copyOf(ports));
      assertEquals(1, ports.get(3));
      firsts.add(ports.get(0));
    }

    // one of the three is never first by chance once in 10^35 runs
    assertTrue(firsts.equals(Set.of(2, 3, 4)), firsts.toString());
  }
}
