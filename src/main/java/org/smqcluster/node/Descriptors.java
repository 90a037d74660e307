package org.smqcluster.node;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.smqcluster.log.LimitedLog;

/**
 * Keeps file descriptors in reserve: for the connections to other nodes, for administration, and
 * for classes and files that are opened late. A tenth of the process' limit, 64 to 1,024, is not
 * for clients. Of it, a quarter is for clients that are just told so, half for HTTP connections,
 * among which are an administrator's, and a quarter for no connection that is accepted.
 *
 * <p>Counting the open ones takes a microsecond each, so it is done at times; in between, every
 * accepted connection is counted as one more. Thread-safe.
 */
public final class Descriptors {

  private static final LimitedLog LOG = new LimitedLog(Descriptors.class);

  private static final int RESERVED_PART = 10;
  private static final long MIN_RESERVE = 64;
  private static final long MAX_RESERVE = 1024;

  /** With fewer descriptors than this for clients, the node logs a warning at its start. */
  private static final long FEW = 1000;

  private static final long COUNT_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long COUNT_REGULARLY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final long limit;
  private final long reserve;
  private final LongSupplier opened;
  private final LongSupplier nanoClock;
  private final LongAdder closed = new LongAdder();

  // guarded by this
  private long used;
  private long countedNanos;

  /** The descriptors of this process; unlimited where Java cannot tell the limit of the system. */
  public Descriptors() {
    this(limitOfProcess(), Descriptors::openedByProcess, System::nanoTime);
  }

  /**
   * @param limit descriptors that the process may have
   * @param opened how many it has now
   */
  Descriptors(long limit, LongSupplier opened, LongSupplier nanoClock) {
    this.limit = limit;
    this.reserve = Math.max(MIN_RESERVE, Math.min(MAX_RESERVE, limit / RESERVED_PART));
    this.opened = opened;
    this.nanoClock = nanoClock;
    count(nanoClock.getAsLong());
  }

  private static long limitOfProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  private static long openedByProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /** Says at the start if there is room for few clients only. */
  public void warnIfFew() {
    if (left() < FEW) {
      LOG.log(
          Level.WARNING,
          "The limit of {0,number,#} file descriptors leaves {1,number,#} for clients. Raise it:"
              + " LimitNOFILE of systemd, --ulimit nofile of a container, ulimit -n of a shell.",
          limit,
          left());
    }
  }

  /** Whether one more client may stay; its connection has been accepted. */
  public boolean isRoomForClient() {
    return fits(limit - reserve, 0);
  }

  /**
   * Whether a connection that a device port has accepted may stay. If not, the caller closes it; it
   * is counted here, and one line a minute is logged.
   */
  public boolean admitDevice() {
    return admit(limit - reserve + reserve / 4);
  }

  /** As {@link #admitDevice}, for a connection that the HTTP port has accepted. */
  public boolean admitHttp() {
    return admit(limit - reserve / 4);
  }

  private boolean admit(long bound) {
    boolean admitted = fits(bound, 1);
    if (!admitted) {
      closed.increment();
      LOG.log(
          Level.WARNING,
          "The {0,number,#} file descriptors of this process are nearly used up: new connections are"
              + " closed at once (smq_connections_closed_total). Raise the limit: LimitNOFILE of"
              + " systemd, --ulimit nofile of a container, ulimit -n of a shell; or start more"
              + " nodes.",
          limit);
    }
    return admitted;
  }

  /** Connections that were not admitted since the start. */
  public long closedConnections() {
    return closed.sum();
  }

  /** Descriptors that are left for clients, counted now. */
  public synchronized long left() {
    count(nanoClock.getAsLong());
    return Math.max(0, limit - reserve - used);
  }

  private synchronized boolean fits(long bound, int more) {
    long now = nanoClock.getAsLong();
    long age = now - countedNanos;
    if (age >= COUNT_REGULARLY_NANOS || used + more > bound && age >= COUNT_AGAIN_NANOS) {
      // the new connection is among them
      count(now);
    } else {
      used += more;
    }
    if (used > bound) {
      used -= more;
      return false;
    }
    return true;
  }

  private void count(long now) {
    countedNanos = now;
    try {
      used = opened.getAsLong();
    } catch (RuntimeException | Error e) {
      // counting takes a descriptor, too
      used = limit;
    }
  }
}
