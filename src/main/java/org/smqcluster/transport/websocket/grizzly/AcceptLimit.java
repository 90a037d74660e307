package org.smqcluster.transport.websocket.grizzly;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ConnectionProbe;
import org.glassfish.grizzly.nio.NIOConnection;
import org.smqcluster.payara.HttpListeners;
import org.smqcluster.payara.PrivateMembers;

/**
 * Closes new connections of the HTTP listeners at once while they may not stay. Without it, Grizzly
 * accepts until the process has no file descriptor left, and then tries again without a pause. Runs
 * on Grizzly's selector threads.
 */
public final class AcceptLimit extends ConnectionProbe.Adapter implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(AcceptLimit.class.getName());

  private final BooleanSupplier admit;
  private final List<Connection<?>> listeners = new ArrayList<>();

  private AcceptLimit(BooleanSupplier admit) {
    this.admit = admit;
  }

  /**
   * Begins to watch all HTTP listeners of the server.
   *
   * @param admit asked for each connection that is accepted; must not block
   */
  public static AcceptLimit install(BooleanSupplier admit) {
    AcceptLimit limit = new AcceptLimit(admit);
    try {
      for (Object transport : HttpListeners.transports()) {
        for (Object socket : (Collection<?>) PrivateMembers.get(transport, "serverConnections")) {
          Connection<?> listener = (Connection<?>) socket;
          listener.getMonitoringConfig().addProbes(limit);
          limit.listeners.add(listener);
        }
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "Cannot limit the HTTP connections of this server ({0}): bound them by a proxy, or they"
              + " can use up the file descriptors",
          e.toString());
    }
    return limit;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public void onAcceptEvent(Connection serverConnection, Connection clientConnection) {
    if (admit.getAsBoolean()) {
      return;
    }
    try {
      // the channel, not the connection, which has no selector yet: Grizzly registers no closed one
      ((NIOConnection) clientConnection).getChannel().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Cannot close", e);
    }
  }

  @Override
  public void close() {
    listeners.forEach(listener -> listener.getMonitoringConfig().removeProbes(this));
  }
}
