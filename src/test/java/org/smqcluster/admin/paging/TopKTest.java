package org.smqcluster.admin.paging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopKTest {

  @Test
  void keepsTheFirstInOrderWhateverTheOrderTheyComeIn() {
    List<Integer> numbers = new Random(7).ints(10_000, 0, 1_000_000).boxed().toList();
    TopK<Integer> top = new TopK<>(30, Comparator.naturalOrder());
    numbers.forEach(top::add);
    List<Integer> sorted = numbers.stream().sorted().toList();
    assertEquals(sorted.subList(0, 30), top.from(0));
    assertEquals(sorted.subList(20, 30), top.from(20));
  }

  @Test
  void aPageBehindTheEndIsEmpty() {
    TopK<Integer> top = new TopK<>(20, Comparator.naturalOrder());
    top.add(1);
    assertEquals(List.of(), top.from(10));
  }
}
