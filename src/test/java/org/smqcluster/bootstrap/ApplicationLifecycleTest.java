package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.smqcluster.config.ConfigException;

class ApplicationLifecycleTest {

  @Test
  void theReasonIsWhatTheFirstOfAllCausesSays() {
    Throwable first = new IllegalStateException("the port is taken");

    assertEquals(
        "the port is taken",
        ApplicationLifecycle.reason(new RuntimeException("wrapped", new RuntimeException(first))));
    assertEquals(
        "java.lang.IllegalStateException",
        ApplicationLifecycle.reason(new IllegalStateException()));
  }

  @Test
  void aRefusedConfigurationHasAnExitStatusOfItsOwn() {
    ConfigException refused =
        new ConfigException("Cannot use /etc/smq/users", new NoSuchFileException("users"));
    Throwable wrapped = new RuntimeException("no bean", refused);

    assertEquals(78, ApplicationLifecycle.status(wrapped));
    assertEquals("Cannot use /etc/smq/users", ApplicationLifecycle.reason(wrapped));
    assertEquals(1, ApplicationLifecycle.status(new IllegalStateException("the port is taken")));
  }

  @Test
  void causesInACircleDoNotKeepTheProcessFromEnding() {
    Exception one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("other", one));

    assertEquals(1, ApplicationLifecycle.status(one));
  }
}
