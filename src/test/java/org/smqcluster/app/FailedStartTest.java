package org.smqcluster.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.smqcluster.config.ConfigException;

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

  @Test
  void aRefusedConfigurationHasAStatusOfItsOwnSoThatNobodyTriesAgain() {
    ConfigException refused =
        new ConfigException("Cannot use /etc/smq/users", new NoSuchFileException("users"));
    Throwable wrapped = new RuntimeException("no bean", refused);

    assertEquals(78, FailedStart.status(wrapped));
    assertEquals("Cannot use /etc/smq/users", FailedStart.reason(wrapped));
    assertEquals(1, FailedStart.status(new IllegalStateException("the port is taken")));
  }
}
