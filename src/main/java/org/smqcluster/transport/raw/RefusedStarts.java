package org.smqcluster.transport.raw;

import io.netty.channel.Channel;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.smqcluster.log.LimitedLog;

/**
 * Counts and logs the connections of the device ports that are refused before a broker knows of
 * them: TLS handshakes that fail, and requests that start no raw transport. Thread-safe.
 */
public final class RefusedStarts {

  private static final LimitedLog LOG = new LimitedLog(RefusedStarts.class);
  private static final LongAdder COUNT = new LongAdder();

  private RefusedStarts() {}

  static void refused(Channel channel, String why) {
    // none where the peer has gone meanwhile
    refused(
        channel.remoteAddress() instanceof InetSocketAddress
            ? ProxyHeaderHandler.clientOf(channel).getAddress().getHostAddress()
            : "a peer that has gone",
        why);
  }

  static void refused(String peer, String why) {
    COUNT.increment();
    LOG.log(Level.INFO, "Refused a connection to a device port, from {0}: {1}", peer, why);
  }

  /** Connections since the start. */
  public static long count() {
    return COUNT.sum();
  }
}
