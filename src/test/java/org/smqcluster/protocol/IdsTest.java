package org.smqcluster.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The id spaces of topics and clients never meet. */
class IdsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x12345678})
  void anyRandomBitsMakeAPositiveEtid(int random) {
    int etid = Ids.etid(random);
    assertTrue(etid > 0);
    assertTrue(Ids.isEtid(etid));
  }

  @ParameterizedTest
  @ValueSource(ints = {Ids.NONE, Ids.BROKER, 2, 0x3FFFFFFF, -1, Integer.MIN_VALUE})
  void otherIdsAreNoEtids(int id) {
    assertFalse(Ids.isEtid(id));
  }

  @Test
  void aNameAsksForTheSameIdEverywhere() {
    // pinned: nodes of different versions have to agree
    assertEquals(820656089, Ids.candidate("/m2m/led/device", 0));
  }

  @Test
  void aHundredThousandNamesAskForTopicIdsThatHardlyEverClash() {
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      int id = Ids.candidate("/device/" + i, 0);
      assertTrue(id > Ids.BROKER && id < 1 << 30, () -> "id " + id);
      ids.add(id);
    }
    assertTrue(ids.size() > 99_980, () -> ids.size() + " distinct ids; about 99,995 expected");
  }

  @Test
  void theNextProbeAsksForAnotherId() {
    assertNotEquals(Ids.candidate("/a", 0), Ids.candidate("/a", 1));
  }
}
