package org.smqcluster.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.smqcluster.threads.DaemonThreads;

/**
 * Checks passwords on threads of its own, half of the machine's at most, so that guessing or a
 * storm of logins never holds up a transport. A password that was right is remembered, as a digest
 * under a key that dies with the process: its next check is quick. Thread-safe.
 */
final class PasswordChecks implements AutoCloseable {

  enum Result {
    RIGHT,
    WRONG,
    /** Too many wait to be checked. */
    BUSY,
    /** While it waited, others were wrong too often. */
    THROTTLED
  }

  private static final int MAX_REMEMBERED = 10_000;
  private static final String ALGORITHM = "HmacSHA256";

  private final BiPredicate<UserKey.Password, String> matcher;
  private final SecretKeySpec digestKey;
  private final ThreadPoolExecutor executor;
  private final Map<ByteBuffer, CompletableFuture<Result>> running = new ConcurrentHashMap<>();
  private final Set<ByteBuffer> right = RecentSet.of(MAX_REMEMBERED);

  /**
   * Makes the threads when they are needed.
   *
   * @param maxWaiting passwords that wait to be checked; with more, {@link Result#BUSY} is told
   */
  PasswordChecks(int maxWaiting) {
    this(
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        maxWaiting,
        UserKey.Password::matches);
  }

  PasswordChecks(int threads, int maxWaiting, BiPredicate<UserKey.Password, String> matcher) {
    this.matcher = matcher;
    byte[] random = new byte[UserKey.Challenge.KEY_BYTES];
    new SecureRandom().nextBytes(random);
    digestKey = new SecretKeySpec(random, ALGORITHM);
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxWaiting),
            new DaemonThreads("smq-passwords"));
    executor.allowCoreThreadTimeOut(true);
  }

  /**
   * Checks a password; equal checks at the same time are done once. Any thread.
   *
   * @param throttled whether the password must no longer be checked, asked when its turn has come:
   *     of many guesses at once, those that are counted first stop the others
   */
  CompletionStage<Result> check(
      String user, UserKey.Password key, String password, BooleanSupplier throttled) {
    ByteBuffer digest = digest(user, key, password);
    if (right.contains(digest)) {
      return CompletableFuture.completedStage(Result.RIGHT);
    }
    CompletableFuture<Result> mine = new CompletableFuture<>();
    CompletableFuture<Result> first = running.putIfAbsent(digest, mine);
    if (first != null) {
      return first;
    }
    mine.whenComplete((result, failure) -> running.remove(digest));
    try {
      mine.completeAsync(() -> result(digest, key, password, throttled), executor);
    } catch (RejectedExecutionException e) {
      mine.complete(Result.BUSY);
    }
    return mine;
  }

  private Result result(
      ByteBuffer digest, UserKey.Password key, String password, BooleanSupplier throttled) {
    if (throttled.getAsBoolean()) {
      return Result.THROTTLED;
    }
    if (matcher.test(key, password)) {
      right.add(digest);
      return Result.RIGHT;
    }
    return Result.WRONG;
  }

  private ByteBuffer digest(String user, UserKey.Password key, String password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(digestKey);
      // no part can hold a zero byte but the last
      for (String part : new String[] {user, key.text(), password}) {
        mac.update(part.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
      }
      return ByteBuffer.wrap(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
