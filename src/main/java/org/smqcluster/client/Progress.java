package org.smqcluster.client;

import java.util.concurrent.CompletionStage;
import org.smqcluster.client.SmqClient.State;
import org.smqcluster.protocol.Packet;

/**
 * Where a client is in its life: brings what happens to its connection to the tables and to its
 * listener, on the event thread. What it knows may be asked from any thread.
 */
final class Progress implements ConnectionLoop.Events {

  private final SmqClient client;
  private final ConnectionListener listener;
  private final ClientState tables;
  private final EventThread events;
  private final Inbound inbound;
  private final EventFuture<Integer> first;
  private volatile State state = State.CONNECTING;
  private volatile BrokerConnection newest;

  Progress(SmqClient client, ConnectionListener listener, ClientState tables, EventThread events) {
    this.client = client;
    this.listener = listener;
    this.tables = tables;
    this.events = events;
    this.inbound = new Inbound(tables, this::online);
    this.first = new EventFuture<>(events);
  }

  State state() {
    return state;
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

  @Override
  public void connected(BrokerConnection connection) {
    newest = connection;
    inbound.connected(connection);
  }

  private void online() {
    state = State.CONNECTED;
    if (first.complete(newest.etid())) {
      EventThread.guard(() -> listener.onConnect(client));
    } else {
      EventThread.guard(() -> listener.onReconnect(client));
    }
  }

  @Override
  public void received(Packet packet) {
    inbound.received(packet);
  }

  @Override
  public void lost(SmqException cause, boolean willReconnect) {
    state = State.CONNECTING;
    inbound.lost(cause);
    EventThread.guard(() -> listener.onDisconnect(client, cause, willReconnect));
  }

  @Override
  public void attemptFailed(String address, Exception cause) {
    EventThread.guard(() -> listener.onAttemptFailed(client, address, cause));
  }

  @Override
  public void ended(SmqException cause) {
    state = State.CLOSED;
    tables.close(cause);
    first.completeExceptionally(cause);
    events.stop();
  }
}
