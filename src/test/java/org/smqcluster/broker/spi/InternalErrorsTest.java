package org.smqcluster.broker.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InternalErrorsTest {

  private final List<String> done = new ArrayList<>();
  private final long before = InternalErrors.count();

  @Test
  void everyStepRunsWhateverAnEarlierOneThrows() {
    InternalErrors.contain(
        "a test",
        () -> done.add("first"),
        () -> {
          throw new NoClassDefFoundError("a class that could not be loaded");
        },
        () -> {
          throw new OutOfMemoryError("unable to create native thread");
        },
        () -> {
          throw new Exception("checked");
        },
        () -> done.add("last"));
    assertEquals(List.of("first", "last"), done);
    assertEquals(3, InternalErrors.count() - before);
  }

  @Test
  void everyElementHasItsTurn() {
    InternalErrors.forEach(
        "a test",
        List.of("a", "b", "c"),
        each -> {
          done.add(each);
          throw new IllegalStateException(each);
        });
    assertEquals(List.of("a", "b", "c"), done);
    assertEquals(3, InternalErrors.count() - before);
  }
}
