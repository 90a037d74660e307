package org.smqcluster.transport.websocket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.glassfish.tyrus.spi.Connection;
import org.glassfish.tyrus.spi.Writer;

/**
 * One WebSocket connection behind the standard API: where its bytes come from and go to. The
 * replacements must be made while the session is being opened, but for the connection, which Tyrus
 * sets later.
 *
 * @param internals does the reflection
 * @param protocol Tyrus' protocol handler, which frames what Tyrus itself sends
 * @param writer writes bytes; queues those that the peer does not take yet
 * @param upgradeHandler reads from the input and gives it to the connection
 * @param readListener the same, as the servlet container calls it
 * @param input the socket's bytes
 * @param socket Grizzly's connection
 */
record TyrusLink(
    TyrusInternals internals,
    Object protocol,
    Writer writer,
    Object upgradeHandler,
    ReadListener readListener,
    ServletInputStream input,
    Object socket) {

  /** Tyrus reads from this input from now on. */
  void readFrom(ServletInputStream replacement) throws ReflectiveOperationException {
    internals.input(upgradeHandler, replacement);
  }

  /** What Tyrus itself sends, close frames, goes through this writer from now on. */
  void writeThrough(Writer replacement) throws ReflectiveOperationException {
    internals.writer(protocol, replacement);
  }

  /** What Tyrus gives its bytes to; only once the session is open. */
  Connection connection() throws ReflectiveOperationException {
    return internals.connection(upgradeHandler);
  }

  /** Tyrus gives the bytes it reads to this connection from now on. */
  void connection(Connection replacement) throws ReflectiveOperationException {
    internals.connection(upgradeHandler, replacement);
  }

  /** Tyrus forgets the buffer of its last read, which must have been used up. */
  void dropReadBuffer() {
    try {
      internals.dropReadBuffer(upgradeHandler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes the socket at once; what waits for the peer is lost. */
  void terminate() {
    try {
      internals.terminate(socket);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
