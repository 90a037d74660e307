package org.smqcluster.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.function.Predicate;
import org.smqcluster.client.ClientOptions.Buffers;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.client.Uplink.Phase;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;

/**
 * Messages on their way out, in the order of the calls. Those that cannot be sent yet wait here:
 * the id of their topic is not known, or there is no connection. These and what waits in the
 * connection's writer share one bound in bytes. Guarded by the monitor.
 */
final class SendQueue {

  private static final CompletionStage<Void> SENT = CompletableFuture.completedStage(null);

  /** What a waiting message costs beyond its payload: object, header and names, about. */
  private static final int OVERHEAD = 64;

  /**
   * A message that has no packet yet.
   *
   * @param topic null if {@code id} is known
   * @param subtopic null if {@code subId} is known
   */
  record Outgoing(
      String topic,
      int id,
      String subtopic,
      int subId,
      byte[] payload,
      EventFuture<Void> handedOver) {

    int cost() {
      return payload.length + OVERHEAD;
    }
  }

  private final Buffers limits;
  private final Monitor monitor;
  private final EventThread events;
  private final Uplink uplink;
  private final Names topics;
  private final Names subtopics;
  private final Condition room;
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
  private int bytes;
  private SmqException closed;

  SendQueue(
      Buffers limits,
      Monitor monitor,
      EventThread events,
      Uplink uplink,
      Names topics,
      Names subtopics) {
    this.limits = limits;
    this.monitor = monitor;
    this.events = events;
    this.uplink = uplink;
    this.topics = topics;
    this.subtopics = subtopics;
    this.room = monitor.newCondition();
  }

  /** Sends a message, or lets it wait; see {@link SendPolicy} for a full buffer. */
  CompletionStage<Void> add(Outgoing message) {
    SmqException refusal = reserve(message.cost());
    if (refusal != null) {
      return CompletableFuture.failedStage(refusal);
    }
    if (waiting.isEmpty() && trySend(message)) {
      return SENT;
    }
    waiting.add(message);
    if (message.topic != null) {
      topics.ask(message.topic);
    }
    if (message.subtopic != null) {
      subtopics.ask(message.subtopic);
    }
    return message.handedOver;
  }

  /** Takes bytes of the buffer; returns the reason if there are not as many. */
  private SmqException reserve(int cost) {
    while (closed == null && bytes > 0 && bytes + cost > limits.send()) {
      boolean mayWait = limits.policy() == SendPolicy.BLOCK && (!events.isCurrent() || isMoving());
      if (!mayWait) {
        return new SmqException(Kind.BUFFER_FULL, "send buffer of " + limits.send() + " bytes");
      }
      try {
        room.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SmqException(Kind.BUFFER_FULL, "interrupted while the send buffer was full", e);
      }
    }
    if (closed != null) {
      return closed;
    }
    if (uplink.phase() == Phase.OFFLINE && !limits.queueOffline()) {
      return new SmqException(Kind.OFFLINE, "no connection");
    }
    bytes += cost;
    return null;
  }

  /** Whether the writer alone makes room, without help of the event thread. */
  private boolean isMoving() {
    return uplink.isOpen() && waiting.isEmpty();
  }

  private boolean trySend(Outgoing message) {
    if (uplink.phase() != Phase.ONLINE) {
      return false;
    }
    int id = message.topic == null ? message.id : topics.id(message.topic);
    int subId = message.subtopic == null ? message.subId : subtopics.id(message.subtopic);
    if (message.topic != null && id == Ids.NONE || message.subtopic != null && subId == Ids.NONE) {
      return false;
    }
    BrokerConnection connection = uplink.connection();
    Packet.Publish packet = Packet.Publish.of(id, connection.etid(), subId, message.payload);
    return connection.send(packet.encoded(), message.cost());
  }

  /** Sends what can be sent now, in order: the connection is new, or an id has come. */
  void drain() {
    for (Outgoing head = waiting.peek(); head != null && trySend(head); head = waiting.peek()) {
      EventFuture<Void> done = waiting.remove().handedOver;
      monitor.later(() -> done.complete(null));
    }
    room.signalAll();
  }

  /** The connection is gone: what waits goes on waiting, if it may. */
  void offline(SmqException cause) {
    if (!limits.queueOffline()) {
      fail(message -> true, cause);
    }
    room.signalAll();
  }

  /** Fails the waiting messages that match, and sends those they held up. */
  void fail(Predicate<Outgoing> which, SmqException cause) {
    for (Iterator<Outgoing> i = waiting.iterator(); i.hasNext(); ) {
      Outgoing message = i.next();
      if (which.test(message)) {
        i.remove();
        bytes -= message.cost();
        monitor.later(() -> message.handedOver.completeExceptionally(cause));
      }
    }
    drain();
  }

  /** Bytes that the writer has sent, or never will. */
  void released(int cost) {
    bytes -= cost;
    room.signalAll();
  }

  /** Fails all that waits and all that will come. */
  void close(SmqException cause) {
    closed = cause;
    fail(message -> true, cause);
  }
}
