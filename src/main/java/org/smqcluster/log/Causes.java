package org.smqcluster.log;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** The causes of a failure. They may form a circle, so every walk over them is bounded. */
public final class Causes {

  /** Bound of a walk; chains without a circle are shorter. */
  static final int MAX = 20;

  private Causes() {}

  /** The failure and its causes, the first cause last; 20 at most. */
  public static Stream<Throwable> of(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX);
  }

  /** What a stage or a future failed with, without the exceptions that these wrap it in. */
  public static Throwable unwrapped(Throwable failure) {
    return of(failure)
        .filter(
            each -> !(each instanceof CompletionException) && !(each instanceof ExecutionException))
        .findFirst()
        .orElse(failure);
  }

  /** Why it failed, for a line that has room for little: without wrappers and names of classes. */
  public static String reason(Throwable failure) {
    Throwable first = unwrapped(failure);
    return first.getMessage() == null ? first.toString() : first.getMessage();
  }
}
