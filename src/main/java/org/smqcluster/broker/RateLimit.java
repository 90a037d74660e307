package org.smqcluster.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often each of many parties may do something: a token bucket for each, full at first, refilled
 * at a steady rate. Remembers a bounded number of parties; the ones not seen for longest are
 * forgotten, which gives them a full bucket. Thread-safe; one short lock, no allocation for parties
 * that are known.
 *
 * @param <K> what a party is known by
 */
public final class RateLimit<K> {

  private static final int MAX_PARTIES = 20_000;
  private static final double NANOS = 1e9;

  private final double perNano;
  private final int capacity;
  private final LongSupplier nanoClock;
  private final Map<K, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
          return size() > MAX_PARTIES;
        }
      };

  private static final class Bucket {
    double tokens;
    long refilled;
  }

  /**
   * Makes a limit.
   *
   * @param perSecond tokens that come back in a second
   * @param capacity tokens of a full bucket: how much may happen at once
   */
  public RateLimit(double perSecond, int capacity) {
    this(perSecond, capacity, System::nanoTime);
  }

  /**
   * As the other, by another clock.
   *
   * @param nanoClock nanoseconds since any moment
   */
  public RateLimit(double perSecond, int capacity, LongSupplier nanoClock) {
    this.perNano = perSecond / NANOS;
    this.capacity = capacity;
    this.nanoClock = nanoClock;
  }

  /** Takes a token; false if there was none. */
  public boolean take(K party) {
    synchronized (buckets) {
      Bucket bucket = buckets.computeIfAbsent(party, p -> full());
      refill(bucket);
      if (bucket.tokens < 1) {
        return false;
      }
      bucket.tokens--;
      return true;
    }
  }

  /** Whether the party's bucket has no token. */
  public boolean isExhausted(K party) {
    synchronized (buckets) {
      Bucket bucket = buckets.get(party);
      if (bucket == null) {
        return false;
      }
      refill(bucket);
      return bucket.tokens < 1;
    }
  }

  private Bucket full() {
    Bucket bucket = new Bucket();
    bucket.tokens = capacity;
    bucket.refilled = nanoClock.getAsLong();
    return bucket;
  }

  private void refill(Bucket bucket) {
    long now = nanoClock.getAsLong();
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.refilled) * perNano);
    bucket.refilled = now;
  }
}
