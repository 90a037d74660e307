package org.smqcluster.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.smqcluster.protocol.Packet;

/**
 * The client's subscriptions and their message handlers. They outlive connections. Guarded by the
 * monitor.
 */
final class Subscriptions {

  /** One topic; {@code tid} is 0 until the broker has answered. */
  private static final class Topic {
    private Handlers handlers = Handlers.NONE;
    private int tid;
    private final List<EventFuture<Integer>> waiting = new ArrayList<>();
  }

  private final Monitor monitor;
  private final Uplink uplink;
  private final Map<String, Topic> byName = new HashMap<>();
  private final Map<Integer, Topic> byTid = new HashMap<>();

  /** Topics that lost their last handler before the broker of this connection had answered. */
  private final Set<String> abandoned = new HashSet<>();

  Subscriptions(Monitor monitor, Uplink uplink) {
    this.monitor = monitor;
    this.uplink = uplink;
  }

  /** Adds a handler; the broker is asked for the first one of a topic. */
  void add(String name, String subtopic, MessageHandler handler, EventFuture<Integer> answer) {
    Topic topic = byName.get(name);
    if (topic == null) {
      topic = new Topic();
      byName.put(name, topic);
      uplink.send(new Packet.Subscribe(name));
    }
    topic.handlers = topic.handlers.with(subtopic, handler);
    if (topic.tid == 0) {
      topic.waiting.add(answer);
    } else {
      monitor.complete(List.of(answer), topic.tid);
    }
  }

  /**
   * Removes a handler, or all. With the last one the subscription ends.
   *
   * @param handler null for all
   */
  void remove(String name, MessageHandler handler) {
    Topic topic = byName.get(name);
    if (topic == null) {
      return;
    }
    List<MessageHandler> before = topic.handlers.all();
    topic.handlers = handler == null ? Handlers.NONE : topic.handlers.without(handler);
    before.removeAll(topic.handlers.all());
    SmqException cause = new SmqException(SmqException.Kind.CLOSED, "unsubscribed: " + name);
    if (topic.handlers.isEmpty()) {
      byName.remove(name);
      if (topic.tid != 0) {
        byTid.remove(topic.tid);
        uplink.send(new Packet.Unsubscribe(topic.tid));
      } else if (uplink.connection() != null) {
        abandoned.add(name);
      }
      monitor.fail(topic.waiting, cause);
    }
    before.forEach(gone -> monitor.later(() -> gone.onEnd(cause)));
  }

  /** A new connection, whose broker knows of no subscription. */
  void resume() {
    abandoned.clear();
  }

  /**
   * The broker has subscribed this client; ends a subscription that lost its last handler
   * meanwhile.
   *
   * @return false if this client has not asked for it
   */
  boolean accepted(String name, int tid) {
    boolean given = abandoned.remove(name);
    Topic topic = byName.get(name);
    if (topic == null) {
      if (given) {
        uplink.send(new Packet.Unsubscribe(tid));
      }
      return given;
    }
    if (topic.tid != 0) {
      byTid.remove(topic.tid);
    }
    topic.tid = tid;
    byTid.put(tid, topic);
    monitor.complete(topic.waiting, tid);
    topic.waiting.clear();
    return true;
  }

  /** There will be no messages of this topic. */
  void failed(String name, SmqException cause) {
    abandoned.remove(name);
    Topic topic = byName.remove(name);
    if (topic == null) {
      return;
    }
    byTid.remove(topic.tid);
    monitor.fail(topic.waiting, cause);
    for (MessageHandler handler : topic.handlers.all()) {
      monitor.later(() -> handler.onEnd(cause));
    }
  }

  Handlers of(int tid) {
    Topic topic = byTid.get(tid);
    return topic == null ? Handlers.NONE : topic.handlers;
  }

  Set<String> names() {
    return Set.copyOf(byName.keySet());
  }
}
