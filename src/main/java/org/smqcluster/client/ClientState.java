package org.smqcluster.client;

import org.smqcluster.protocol.Packet;

/** The tables that outlive a client's connections; all guarded by one monitor. */
final class ClientState {

  final EventThread events;
  final Monitor monitor;
  final Uplink uplink = new Uplink();
  final Names topics;
  final Names subtopics;
  final Subscriptions subscriptions;
  final Observations observations;
  final PendingRequests requests;
  final SendQueue queue;

  /** Handlers of messages to the client's own ETID. */
  Handlers direct = Handlers.NONE;

  /** Cause of the client's end; null while it works. */
  SmqException closed;

  ClientState(ClientOptions options) {
    this.events = new EventThread("smq-" + options.identity().uid(), options.buffers().receive());
    this.monitor = new Monitor(events);
    this.topics = new Names(monitor, uplink, Packet.Create::new);
    this.subtopics = new Names(monitor, uplink, Packet.Createsub::new);
    this.subscriptions = new Subscriptions(monitor, uplink);
    this.observations = new Observations(monitor, uplink);
    this.requests = new PendingRequests(monitor, subtopics);
    this.queue = new SendQueue(options.buffers(), monitor, events, uplink, topics, subtopics);
  }

  /** Bytes that a connection's writer has sent, or never will. Any thread. */
  void released(int cost) {
    monitor.run(() -> queue.released(cost));
  }

  /** Ends everything: stages fail, handlers hear that nothing will come. Any thread. */
  void close(SmqException cause) {
    monitor.run(
        () -> {
          if (closed != null) {
            return;
          }
          closed = cause;
          queue.close(cause);
          requests.failAll(cause);
          topics.all().forEach(name -> topics.failed(name, cause));
          subtopics.all().forEach(name -> subtopics.failed(name, cause));
          subscriptions.names().forEach(name -> subscriptions.failed(name, cause));
          direct.all().forEach(handler -> monitor.later(() -> handler.onEnd(cause)));
          direct = Handlers.NONE;
          uplink.offline();
        });
  }
}
