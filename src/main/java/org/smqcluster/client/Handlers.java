package org.smqcluster.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The message handlers of one topic. Immutable. A message goes to the handlers of its sub-topic;
 * where there are none, to those that named no sub-topic.
 */
record Handlers(List<MessageHandler> general, Map<String, List<MessageHandler>> bySubtopic) {

  static final Handlers NONE = new Handlers(List.of(), Map.of());

  /**
   * These and one more.
   *
   * @param subtopic null for messages of any
   */
  Handlers with(String subtopic, MessageHandler handler) {
    if (subtopic == null) {
      return new Handlers(plus(general, handler), bySubtopic);
    }
    Map<String, List<MessageHandler>> more = new HashMap<>(bySubtopic);
    more.put(subtopic, plus(more.getOrDefault(subtopic, List.of()), handler));
    return new Handlers(general, more);
  }

  /** These without this one, wherever it is. */
  Handlers without(MessageHandler handler) {
    Map<String, List<MessageHandler>> rest = new HashMap<>();
    bySubtopic.forEach(
        (subtopic, handlers) -> {
          List<MessageHandler> kept = minus(handlers, handler);
          if (!kept.isEmpty()) {
            rest.put(subtopic, kept);
          }
        });
    return new Handlers(minus(general, handler), rest);
  }

  private static List<MessageHandler> plus(List<MessageHandler> list, MessageHandler handler) {
    List<MessageHandler> more = new ArrayList<>(list);
    more.add(handler);
    return List.copyOf(more);
  }

  private static List<MessageHandler> minus(List<MessageHandler> list, MessageHandler handler) {
    return list.stream().filter(each -> each != handler).toList();
  }

  boolean isEmpty() {
    return general.isEmpty() && bySubtopic.isEmpty();
  }

  /**
   * The handlers of a message with this sub-topic.
   *
   * @param subtopic null for none, or for one whose name the client does not know
   */
  List<MessageHandler> of(String subtopic) {
    return subtopic == null ? general : bySubtopic.getOrDefault(subtopic, general);
  }

  List<MessageHandler> all() {
    List<MessageHandler> all = new ArrayList<>(general);
    bySubtopic.values().forEach(all::addAll);
    return all;
  }
}
