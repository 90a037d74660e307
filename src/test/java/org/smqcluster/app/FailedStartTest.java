package org.smqcluster.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FailedStartTest {

  @Test
  void theReasonIsWhatTheFirstOfAllCausesSays() {
    Throwable first = new IllegalStateException("the port is taken");

    assertEquals(
        "the port is taken",
        FailedStart.reason(new RuntimeException("wrapped", new RuntimeException(first))));
    assertEquals(
        "java.lang.IllegalStateException", FailedStart.reason(new IllegalStateException()));
  }
}
