package org.smqcluster.transport.websocket;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.smqcluster.broker.spi.ConnectionInfo;

/**
 * An optional way to read and write frames past the WebSocket container, for a server whose network
 * layer is known. Handshake, session and the events of {@link SmqEndpoint} stay the container's.
 * Thread-safe.
 */
public interface FastPath extends AutoCloseable {

  /**
   * Starts it, before the first handshake.
   *
   * @param pool runs what no other thread does; nothing that blocks
   * @param timer runs short tasks that do not block
   * @return false if this is not the server that it knows: the container reads and writes then
   */
  boolean start(ServerContainer container, Executor pool, ScheduledExecutorService timer);

  /**
   * Passes a handshake to the container, such that {@link #takeOver} finds its connection.
   *
   * @param client what is known of it
   * @throws IOException as the chain does
   * @throws ServletException as the chain does
   */
  void handshake(
      ConnectionInfo client,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException;

  /**
   * Takes over the connection of the session that this thread is opening.
   *
   * @param listener receives its frames once the session is open, one thread at a time
   * @return empty if the container must read and write it
   */
  Optional<FrameSocket> takeOver(FrameListener listener);

  /** Restores the server's own filters and threads; connections that were taken over are closed. */
  @Override
  void close();
}
