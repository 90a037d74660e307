package org.smqcluster.client;

import java.util.concurrent.CompletionStage;
import org.smqcluster.protocol.Packet;

/**
 * Where a client is in its life: brings what happens to its connection to the tables and to its
 * listener, on the event thread. What it knows may be asked from any thread.
 */
final class Progress {

  /** Hears of the client's connections. Event thread. */
  interface Listener {

    void connected(boolean first);

    void disconnected(SmqException cause, boolean willReconnect);

    void attemptFailed(String address, Exception cause);
  }

  private final Listener listener;
  private final ClientState tables;
  private final Inbound inbound;
  private final EventFuture<Integer> first;
  private volatile boolean connected;
  private volatile boolean closed;
  private volatile BrokerConnection newest;

  Progress(Listener listener, ClientState tables) {
    this.listener = listener;
    this.tables = tables;
    this.inbound = new Inbound(tables, this::online);
    this.first = new EventFuture<>(tables.events);
  }

  boolean isConnected() {
    return connected;
  }

  boolean isClosed() {
    return closed;
  }

  CompletionStage<Integer> whenConnected() {
    return first;
  }

  int etid() {
    BrokerConnection connection = newest;
    return connection == null ? 0 : connection.etid();
  }

  String address() {
    BrokerConnection connection = newest;
    return connection == null ? "" : connection.toString();
  }

  String clientAddress() {
    BrokerConnection connection = newest;
    return connection == null ? "" : connection.clientAddress();
  }

  public void connected(BrokerConnection connection) {
    newest = connection;
    inbound.connected(connection);
  }

  private void online() {
    connected = true;
    boolean isFirst = first.complete(newest.etid());
    EventThread.guard(() -> listener.connected(isFirst));
  }

  public void received(Packet packet) {
    inbound.received(packet);
  }

  public void lost(SmqException cause, boolean willReconnect) {
    connected = false;
    inbound.lost(cause);
    EventThread.guard(() -> listener.disconnected(cause, willReconnect));
  }

  public void attemptFailed(String address, Exception cause) {
    EventThread.guard(() -> listener.attemptFailed(address, cause));
  }

  public void ended(SmqException cause) {
    closed = true;
    tables.close(cause);
    first.completeExceptionally(cause);
    tables.events.stop();
  }
}
