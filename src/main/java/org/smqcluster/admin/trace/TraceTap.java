package org.smqcluster.admin.trace;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.smqcluster.broker.spi.Tap;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet.Publish;

/**
 * Hands what a target sends and receives to all traces of it, since a client and a topic have one
 * tap each. Thread-safe.
 */
final class TraceTap implements Tap {

  private final List<Trace> traces = new CopyOnWriteArrayList<>();

  @Override
  public void packet(int etid, boolean fromClient, EncodedPacket packet) {
    traces.forEach(trace -> trace.packet(etid, fromClient, packet));
  }

  /** A message was published to the traced topic. */
  void published(Publish message) {
    traces.forEach(trace -> trace.published(message));
  }

  void add(Trace trace) {
    traces.add(trace);
  }

  /** Removes a trace; true if none is left. */
  boolean remove(Trace trace) {
    traces.remove(trace);
    return traces.isEmpty();
  }
}
