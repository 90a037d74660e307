package org.smqcluster.client;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.smqcluster.client.PendingRequests.Request;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketType;

/**
 * What the client's connections bring: their begin and end, for the tables and the listener, and
 * what the broker says, for the tables and the handlers. On a new connection it asks for all names
 * and subscriptions again, and lets messages go when the broker has answered. Runs on the event
 * thread; what it knows of the connection may be asked from any thread.
 */
final class Inbound {

  /** Hears of the client's connections. */
  interface Listener {

    void connected(boolean first);

    void disconnected(SmqException cause, boolean willReconnect);

    void attemptFailed(String address, Exception cause);
  }

  /** Characters of a name in an error. */
  private static final int MAX_SHOWN = 100;

  /** An answer that has to come before messages may go out on a new connection. */
  private record Awaited(PacketType type, String name) {}

  private final Listener listener;
  private final ClientState state;
  private final Monitor monitor;
  private final EventFuture<Integer> first;
  private final Set<Awaited> awaited = new HashSet<>();
  private volatile boolean connected;
  private volatile boolean closed;
  private volatile BrokerConnection newest;

  Inbound(Listener listener, ClientState state) {
    this.listener = listener;
    this.state = state;
    this.monitor = state.monitor;
    this.first = new EventFuture<>(state.events);
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

  /** The newest connection, also when it is gone; empty before the first. */
  Optional<BrokerConnection> newest() {
    return Optional.ofNullable(newest);
  }

  /** A connection stands: asks for everything again. */
  void connected(BrokerConnection connection) {
    newest = connection;
    monitor.run(
        () -> {
          if (state.closed != null) {
            return;
          }
          state.uplink.resuming(connection);
          awaited.clear();
          state.subscriptions.resume();
          Set<String> subscribed = state.subscriptions.names();
          for (String name : state.topics.all()) {
            if (!subscribed.contains(name) || state.topics.id(name) == Ids.NONE) {
              await(state.topics.question(name), PacketType.CREATEACK, name);
            }
          }
          for (String name : state.subtopics.all()) {
            await(state.subtopics.question(name), PacketType.CREATESUBACK, name);
          }
          for (String name : subscribed) {
            await(new Packet.Subscribe(name), PacketType.SUBACK, name);
          }
          goOnlineWhenAnswered();
        });
  }

  private void await(Packet question, PacketType answer, String name) {
    awaited.add(new Awaited(answer, name));
    state.uplink.send(question);
  }

  private void answered(PacketType type, String name) {
    if (awaited.remove(new Awaited(type, name))) {
      goOnlineWhenAnswered();
    }
  }

  private void goOnlineWhenAnswered() {
    if (awaited.isEmpty()) {
      state.uplink.online();
      state.observations.resume();
      monitor.later(this::online);
      state.queue.drain();
    }
  }

  private void online() {
    connected = true;
    boolean isFirst = first.complete(newest.etid());
    EventThread.guard(() -> listener.connected(isFirst));
  }

  void lost(SmqException cause, boolean willReconnect) {
    connected = false;
    monitor.run(
        () -> {
          state.uplink.offline();
          state.queue.offline(cause);
        });
    EventThread.guard(() -> listener.disconnected(cause, willReconnect));
  }

  void attemptFailed(String address, Exception cause) {
    EventThread.guard(() -> listener.attemptFailed(address, cause));
  }

  /** The client is at its end; nothing more is called. */
  void ended(SmqException cause) {
    closed = true;
    state.close(cause);
    first.completeExceptionally(cause);
    state.events.stop();
  }

  void received(Packet packet) {
    if (packet instanceof Packet.Publish publish) {
      message(publish);
      return;
    }
    monitor.run(
        () -> {
          if (packet instanceof Packet.Suback ack) {
            subscribed(ack);
          } else if (packet instanceof Packet.Createack ack) {
            named(state.topics, ack.type(), ack.accepted(), ack.topic(), ack.tid());
          } else if (packet instanceof Packet.Createsuback ack) {
            named(state.subtopics, ack.type(), ack.accepted(), ack.subtopic(), ack.subtid());
          } else if (packet instanceof Packet.Change change) {
            boolean over =
                change.subscribers() == 0
                    && Ids.isEtid(change.tid())
                    && state.topics.name(change.tid()) == null;
            state.observations.changed(change.tid(), change.subscribers(), over);
          }
        });
  }

  private void subscribed(Packet.Suback ack) {
    if (ack.accepted()) {
      if (state.subscriptions.accepted(ack.topic(), ack.tid())) {
        state.topics.learn(ack.topic(), ack.tid());
        state.queue.drain();
      }
    } else {
      state.subscriptions.failed(ack.topic(), denied(ack.topic()));
    }
    answered(ack.type(), ack.topic());
  }

  private void named(Names names, PacketType type, boolean accepted, String name, int id) {
    if (accepted) {
      names.accepted(name, id);
      state.queue.drain();
    } else {
      SmqException cause = denied(name);
      names.failed(name, cause);
      boolean isTopic = names == state.topics;
      state.queue.fail(
          message -> name.equals(isTopic ? message.topic() : message.subtopic()), cause);
    }
    answered(type, name);
  }

  private static SmqException denied(String name) {
    // a name may have 65,527 bytes, which no log line wants
    String shown = name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "...";
    return new SmqException(Kind.DENIED, "denied by the broker: " + shown);
  }

  private void message(Packet.Publish publish) {
    Message message =
        new Message(publish.tid(), publish.ptid(), publish.subtid(), publish.payload());
    List<MessageHandler> handlers = monitor.call(() -> handlersOf(message));
    for (MessageHandler handler : handlers) {
      EventThread.guard(() -> handler.onMessage(message));
    }
  }

  private List<MessageHandler> handlersOf(Message message) {
    String subtopic = state.subtopics.name(message.subtopic());
    if (state.uplink.connection() == null || message.topic() != state.uplink.connection().etid()) {
      return state.subscriptions.of(message.topic()).of(subtopic);
    }
    Request request = state.requests.answeredBy(message);
    if (request != null) {
      monitor.later(() -> request.reply().complete(message));
      return List.of();
    }
    return state.direct.of(subtopic);
  }
}
