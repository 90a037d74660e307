package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Clients that move at random, while nodes stop and die at random: a minute, by a seed. For another
 * one, {@code mvn test -Dtest=MovesAndDeathsTest -DargLine="-Dmoves.seed=2 -Dmoves.seconds=30"}.
 */
class MovesAndDeathsTest {

  private static final Duration GRACE = Duration.ofSeconds(30);

  /** One message of more than so many is lost; if each death cost a second, it would be of 10. */
  private static final int ONE_OF = 50;

  @Test
  void nothingComesTwiceOrLateAndMissingIsWhatADeathExplains() throws Exception {
    long seed = Long.getLong("moves.seed", 1);
    Duration time = Duration.ofSeconds(Long.getLong("moves.seconds", 60));
    try (ParkedNodes nodes = new ParkedNodes(3, GRACE, GRACE)) {
      MovingClients clients = new MovingClients(nodes, seed, 8, 3);
      List<String> faults = clients.run(time);
      System.out.println(clients.summary());
      assertEquals(List.of(), faults.stream().limit(20).toList(), faults.size() + " faults");
      assertTrue(clients.lost() * ONE_OF < clients.messages(), "lost by deaths");
    }
  }
}
