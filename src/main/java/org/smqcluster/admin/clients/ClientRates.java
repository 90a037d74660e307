package org.smqcluster.admin.clients;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.Client;

/**
 * How fast clients send and get packets. Measures those alone that are asked for, from one question
 * to the next, and keeps the latest few thousand. Thread-safe.
 */
final class ClientRates {

  static final int CAPACITY = 5000;

  private static final long MIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final double NANOS_PER_SECOND = 1e9;

  /** Names a connection of a client; the client itself would keep its outbox after its end. */
  private record Key(int etid, long connectedAt) {}

  private record Measured(long nanos, long in, long out, double rateIn, double rateOut) {}

  private final Map<Key, Measured> latest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Measured> eldest) {
          return size() > CAPACITY;
        }
      };

  /**
   * What a client does.
   *
   * @param nanos the time of now, as {@link System#nanoTime}
   * @param millis the same, since 1970
   */
  synchronized ClientView.Load of(Client client, long nanos, long millis) {
    Key key = new Key(client.etid(), client.connectedAt());
    Measured before = latest.get(key);
    Measured now =
        before != null && nanos - before.nanos < MIN_NANOS
            ? before
            : measure(before, client, nanos, millis);
    latest.put(key, now);
    return new ClientView.Load(
        client.etid(),
        client.subscriptions().length,
        rounded(now.rateIn),
        rounded(now.rateOut),
        client.bytesWaiting(),
        client.dropped());
  }

  private static Measured measure(Measured before, Client client, long nanos, long millis) {
    boolean fresh = before != null && nanos - before.nanos <= MAX_NANOS;
    double seconds =
        fresh
            ? (nanos - before.nanos) / NANOS_PER_SECOND
            : Math.max(1, (millis - client.connectedAt()) / 1000.0);
    long in = client.packetsIn();
    long out = client.packetsOut();
    return new Measured(
        nanos,
        in,
        out,
        (in - (fresh ? before.in : 0)) / seconds,
        (out - (fresh ? before.out : 0)) / seconds);
  }

  /** To a tenth: more would be noise. */
  private static double rounded(double rate) {
    return Math.round(rate * 10) / 10.0;
  }
}
