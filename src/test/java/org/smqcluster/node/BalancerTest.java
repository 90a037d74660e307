package org.smqcluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancerTest {

  @ParameterizedTest(name = "{0} of {1} clients on one of {2} nodes: {3} too many")
  @CsvSource({
    "100, 100, 2, 50",
    "100, 100, 1, 0",
    "55, 100, 2, 0",
    "56, 100, 2, 6",
    "1100, 2000, 2, 0",
    "1101, 2000, 2, 101",
    "0, 100, 2, 0",
    "4, 4, 2, 0",
    "34, 100, 3, 0",
    "100, 100, 3, 66"
  })
  void aNodeLetsGoWhatItHasClearlyAboveTheMean(int mine, int all, int nodes, int surplus) {
    assertEquals(surplus, Balancer.surplus(mine, all, nodes));
  }
}
