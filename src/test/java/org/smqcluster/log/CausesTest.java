package org.smqcluster.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class CausesTest {

  private final Exception first = new IOException("first");

  @Test
  void aFailureComesBeforeItsCauses() {
    Exception middle = new IllegalStateException(first);
    Exception last = new IllegalStateException(middle);
    assertEquals(List.of(last, middle, first), Causes.of(last).toList());
    assertEquals(List.of(first), Causes.of(first).toList());
  }

  @Test
  void aWalkOverACircleEnds() {
    Exception second = new IllegalStateException(first);
    first.initCause(second);
    assertEquals(Causes.MAX, Causes.of(second).count());
    assertEquals(first, Causes.of(second).filter(IOException.class::isInstance).findFirst().get());
  }

  @Test
  void whatStagesAndFuturesWrapIsFound() {
    assertSame(first, Causes.unwrapped(first));
    assertSame(first, Causes.unwrapped(new CompletionException(first)));
    assertSame(first, Causes.unwrapped(new ExecutionException(new CompletionException(first))));
  }

  @Test
  void theCauseOfAFailureThatIsNoWrapperIsNotTakenForIt() {
    Exception failure = new IllegalStateException(first);
    assertSame(failure, Causes.unwrapped(new CompletionException(failure)));
  }

  @Test
  void aWrapperOfNothingIsTheFailure() {
    Exception wrapper = new CompletionException("of nothing") {};
    assertSame(wrapper, Causes.unwrapped(wrapper));
    wrapper.initCause(new ExecutionException(wrapper));
    assertSame(wrapper, Causes.unwrapped(wrapper));
  }

  @Test
  void theReasonNamesNeitherWrappersNorClasses() {
    assertEquals("first", Causes.reason(new CompletionException(first)));
    assertEquals("java.io.IOException", Causes.reason(new IOException()));
  }
}
