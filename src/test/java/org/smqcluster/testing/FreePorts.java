package org.smqcluster.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 without a listener. They lie below the range from which Linux takes the ports
 * of outgoing connections, so that none is taken by a client while its node is being restarted.
 * None is given twice, also not by another JVM of the same test run, nor the one that FD_SOCK2 of a
 * node takes whose cluster port was given. Thread-safe.
 */
public final class FreePorts {

  /** FD_SOCK2 listens on a node's cluster port plus this. */
  private static final int FD_SOCK_OFFSET = 100;

  private static final int RANGE = 6_000;

  /** Surefire numbers the JVMs that run tests at the same time: 1 and 2. Each has a range. */
  private static final int LOWEST =
      20_000 + RANGE * ((Integer.getInteger("surefire.forkNumber", 1) - 1) % 2);

  private static final int HIGHEST = LOWEST + RANGE - FD_SOCK_OFFSET;

  private static final Set<Integer> GIVEN = new HashSet<>();

  private FreePorts() {}

  /** A free port. */
  public static synchronized int next() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      boolean given =
          GIVEN.contains(port)
              || GIVEN.contains(port - FD_SOCK_OFFSET)
              || GIVEN.contains(port + FD_SOCK_OFFSET);
      if (!given && isFree(port) && isFree(port + FD_SOCK_OFFSET)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
