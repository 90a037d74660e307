package org.smqcluster.client;

import java.util.ArrayList;
import java.util.List;
import org.smqcluster.protocol.Ids;

/**
 * Requests that wait for their reply: a message to this client's ETID on the request's sub-topic.
 * The protocol numbers no requests; since messages of one publisher arrive in order, the oldest
 * request that a reply fits is the one it answers. Guarded by the monitor.
 */
final class PendingRequests {

  /**
   * @param responder the ETID that has to answer, {@link Ids#NONE} for any
   * @param subtopic null for none
   */
  record Request(int responder, String subtopic, EventFuture<Message> reply) {}

  private final Monitor monitor;
  private final Names subtopics;
  private final List<Request> waiting = new ArrayList<>();

  PendingRequests(Monitor monitor, Names subtopics) {
    this.monitor = monitor;
    this.subtopics = subtopics;
  }

  void add(Request request) {
    waiting.add(request);
  }

  /** The request that this message answers, null for none; it waits no longer. */
  Request answeredBy(Message message) {
    for (int i = 0; i < waiting.size(); i++) {
      Request request = waiting.get(i);
      int subtopic = request.subtopic == null ? Ids.NONE : subtopics.id(request.subtopic);
      if (subtopic == message.subtopic()
          && (request.responder == Ids.NONE || request.responder == message.publisher())) {
        return waiting.remove(i);
      }
    }
    return null;
  }

  void fail(Request request, SmqException cause) {
    if (waiting.remove(request)) {
      monitor.later(() -> request.reply.completeExceptionally(cause));
    }
  }

  void failAll(SmqException cause) {
    List.copyOf(waiting).forEach(request -> fail(request, cause));
  }
}
