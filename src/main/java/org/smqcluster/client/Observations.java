package org.smqcluster.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.smqcluster.protocol.Packet;

/**
 * The topics and clients that this client observes (SMQ section 3.7). It outlives connections.
 * Guarded by the monitor.
 */
final class Observations {

  private static final int NOT_YET = -1;

  private static final class Observed {
    private final List<IntConsumer> handlers = new ArrayList<>();
    private volatile int last = NOT_YET;
  }

  private final Monitor monitor;
  private final Uplink uplink;
  private final Map<Integer, Observed> byId = new HashMap<>();

  Observations(Monitor monitor, Uplink uplink) {
    this.monitor = monitor;
    this.uplink = uplink;
  }

  /** Adds a handler; a second one of the same id is told the last count. */
  void add(int id, IntConsumer handler) {
    Observed observed = byId.get(id);
    if (observed == null) {
      observed = new Observed();
      byId.put(id, observed);
      uplink.sendOnline(new Packet.Observe(id));
    } else if (observed.last != NOT_YET) {
      Observed known = observed;
      monitor.later(() -> handler.accept(known.last));
    }
    observed.handlers.add(handler);
  }

  void remove(int id) {
    if (byId.remove(id) != null) {
      uplink.sendOnline(new Packet.Unobserve(id));
    }
  }

  /**
   * The count has changed.
   *
   * @param over whether it is the last change: an ETID is gone
   */
  void changed(int id, int count, boolean over) {
    Observed observed = over ? byId.remove(id) : byId.get(id);
    if (observed == null) {
      return;
    }
    observed.last = count;
    for (IntConsumer handler : observed.handlers) {
      monitor.later(() -> handler.accept(count));
    }
  }

  /** Observes all again, on a new connection. */
  void resume() {
    byId.keySet().forEach(id -> uplink.sendOnline(new Packet.Observe(id)));
  }
}
