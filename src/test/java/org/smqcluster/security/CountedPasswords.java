package org.smqcluster.security;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;

/** Checks passwords and counts those that were checked at full length. Thread-safe. */
final class CountedPasswords implements BiPredicate<UserKey.Password, String> {

  private final LongAdder checked = new LongAdder();

  @Override
  public boolean test(UserKey.Password key, String password) {
    checked.increment();
    return key.matches(password);
  }

  long checked() {
    return checked.sum();
  }
}
