package org.smqcluster.client.command;

/**
 * Counts durations in buckets that are 1/32 of their value wide, so that percentiles are right to 3
 * %. Written by one thread at a time.
 */
public final class Histogram {

  private static final int SUB_BITS = 5;
  private static final int SUB_BUCKETS = 1 << SUB_BITS;

  private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB_BUCKETS];
  private long total;
  private long max;

  /**
   * @param nanos negative counts as 0
   */
  public void record(long nanos) {
    long value = Math.max(0, nanos);
    counts[bucket(value)]++;
    total++;
    max = Math.max(max, value);
  }

  private static int bucket(long value) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - SUB_BITS - 1);
    return shift * SUB_BUCKETS + (int) (value >>> shift);
  }

  private static long upperEdge(int bucket) {
    int shift = Math.max(0, bucket / SUB_BUCKETS - 1);
    long mantissa = bucket - (long) shift * SUB_BUCKETS;
    return (mantissa + 1 << shift) - 1;
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
    max = Math.max(max, other.max);
  }

  public long total() {
    return total;
  }

  long max() {
    return max;
  }

  /** The duration in nanoseconds that this part (0 to 1) of all does not exceed; 0 for none. */
  public long quantile(double part) {
    long rank = (long) Math.ceil(part * total);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Math.min(max, upperEdge(i));
      }
    }
    return 0;
  }
}
