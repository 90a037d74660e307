package org.smqcluster.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;

/**
 * The names that the client has asked the broker to number, and their ids: one table for topics,
 * one for sub-topics. It outlives connections. Guarded by the monitor.
 */
final class Names {

  private final Monitor monitor;
  private final Uplink uplink;
  private final Function<String, Packet> question;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, List<EventFuture<Integer>>> asked = new HashMap<>();

  /**
   * @param question the packet that asks for a name's id
   */
  Names(Monitor monitor, Uplink uplink, Function<String, Packet> question) {
    this.monitor = monitor;
    this.uplink = uplink;
    this.question = question;
  }

  /** The id, {@link Ids#NONE} as long as it is not known. */
  int id(String name) {
    return ids.getOrDefault(name, Ids.NONE);
  }

  /** The name, null if this client has not asked for it. */
  String name(int id) {
    return names.get(id);
  }

  /** Asks for an id unless a request is under way. */
  void ask(String name) {
    if (!ids.containsKey(name) && asked.putIfAbsent(name, new ArrayList<>(1)) == null) {
      uplink.send(question.apply(name));
    }
  }

  /** Asks for an id, if need be, and has the future completed with it. */
  void ask(String name, EventFuture<Integer> answer) {
    ask(name);
    List<EventFuture<Integer>> waiting = asked.get(name);
    if (waiting != null) {
      waiting.add(answer);
    } else {
      monitor.complete(List.of(answer), id(name));
    }
  }

  /** Notes an id that came with the answer to another question. */
  void learn(String name, int id) {
    Integer before = ids.put(name, id);
    if (before != null && before != id) {
      names.remove(before);
    }
    names.put(id, name);
  }

  /** The answer to a question; one that was not asked is ignored, or it could fill the heap. */
  void accepted(String name, int id) {
    if (ids.containsKey(name) || asked.containsKey(name)) {
      learn(name, id);
      monitor.complete(waiting(name), id);
    }
  }

  void failed(String name, SmqException cause) {
    Integer id = ids.remove(name);
    if (id != null) {
      names.remove(id);
    }
    monitor.fail(waiting(name), cause);
  }

  private List<EventFuture<Integer>> waiting(String name) {
    List<EventFuture<Integer>> waiting = asked.remove(name);
    return waiting == null ? List.of() : waiting;
  }

  /** Every name that is known or asked for. */
  Set<String> all() {
    Set<String> all = new HashSet<>(ids.keySet());
    all.addAll(asked.keySet());
    return all;
  }

  /** The packet that asks for this name, to be sent again on a new connection. */
  Packet question(String name) {
    return question.apply(name);
  }
}
