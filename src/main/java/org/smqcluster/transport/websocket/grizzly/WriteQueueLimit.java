package org.smqcluster.transport.websocket.grizzly;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import org.glassfish.grizzly.asyncqueue.AsyncQueueWriter;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.smqcluster.payara.HttpListeners;

/**
 * Bounds what each connection of the HTTP listeners keeps of answers that its peer does not read;
 * with more, a thread that answers waits, for as long as the server's write timeout allows. By
 * itself, Grizzly keeps four times what the system takes, some 8 MiB: a peer that sends requests
 * and reads nothing filled the heap with 200 connections.
 */
public final class WriteQueueLimit implements AutoCloseable {

  /** Above the answers that pages ask for, of which the system takes the first part. */
  private static final int MAX_BYTES = 64 * 1024;

  private static final System.Logger LOG = System.getLogger(WriteQueueLimit.class.getName());

  private final Map<AsyncQueueWriter<?>, Integer> before = new LinkedHashMap<>();

  private WriteQueueLimit() {}

  /** Bounds the connections that all HTTP listeners of the server accept from now on. */
  public static WriteQueueLimit install() {
    WriteQueueLimit limit = new WriteQueueLimit();
    try {
      for (Object transport : HttpListeners.transports()) {
        AsyncQueueWriter<?> writer = ((TCPNIOTransport) transport).getAsyncQueueIO().getWriter();
        limit.before.put(writer, writer.getMaxPendingBytesPerConnection());
        writer.setMaxPendingBytesPerConnection(MAX_BYTES);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "Cannot limit what this server keeps of answers ({0}): let a proxy read them, or peers"
              + " that do not read can use up the memory",
          e.toString());
    }
    return limit;
  }

  @Override
  public void close() {
    before.forEach(AsyncQueueWriter::setMaxPendingBytesPerConnection);
  }
}
