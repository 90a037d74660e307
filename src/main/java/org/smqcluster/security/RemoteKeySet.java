package org.smqcluster.security;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.smqcluster.log.Causes;
import org.smqcluster.log.LimitedLog;

/**
 * A JWKS at a URL. Only clients whose token names an unknown key wait for it. After a failure the
 * known keys stay in force. Thread-safe.
 */
final class RemoteKeySet implements KeySet {

  static final Duration REFRESH = Duration.ofMinutes(5);

  /** Shortest time between two requests, however many tokens ask for one. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final LimitedLog LOG = new LimitedLog(RemoteKeySet.class);

  private final URI url;
  private final LongSupplier nanoClock;
  private final SmallAnswers http = new SmallAnswers();
  private volatile JWKSet keys = NONE;

  // guarded by this
  private CompletableFuture<JWKSet> running;
  private long askedAt;
  private JWKSet polled = NONE;

  RemoteKeySet(URI url, LongSupplier nanoClock) {
    this.url = url;
    this.nanoClock = nanoClock;
    ask();
  }

  @Override
  public JWKSet current() {
    return keys;
  }

  @Override
  public synchronized CompletionStage<JWKSet> newer() {
    if (running.isDone() && nanoClock.getAsLong() - askedAt >= PAUSE.toNanos()) {
      ask();
    }
    return running;
  }

  @Override
  public synchronized boolean poll() {
    if (running.isDone()
        && nanoClock.getAsLong() - askedAt >= (keys == NONE ? PAUSE : REFRESH).toNanos()) {
      ask();
    }
    boolean changed = keys != polled;
    polled = keys;
    return changed;
  }

  private synchronized void ask() {
    askedAt = nanoClock.getAsLong();
    running =
        http.ask(HttpRequest.newBuilder(url).header("Accept", "application/json").build())
            .thenApply(RemoteKeySet::read)
            .handle(
                (read, failure) -> {
                  if (failure == null) {
                    takeOver(read);
                  } else {
                    LOG.log(
                        Level.WARNING,
                        "Cannot get the keys for tokens from {0}: {1}. The known keys stay in force; the node tries again.",
                        url.toString(),
                        Causes.unwrapped(failure).toString());
                  }
                  return keys;
                });
  }

  private static JWKSet read(String text) {
    try {
      return KeySet.parse(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void takeOver(JWKSet read) {
    // the same object as long as nothing changes
    if (!read.toJSONObject().equals(keys.toJSONObject())) {
      keys = read;
    }
  }

  @Override
  public synchronized void close() {
    running.cancel(true);
  }
}
