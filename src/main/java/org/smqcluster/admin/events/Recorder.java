package org.smqcluster.admin.events;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.protocol.Packet.Publish;

/** Holds what is recorded of this node for administration. Thread-safe. */
@ApplicationScoped
public class Recorder {

  private final EventRing ring = new EventRing();
  private final Map<Client, ClientHistory> histories = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<Publish> lastDropped =
      new AtomicReferenceArray<>(DropReason.values().length);

  public EventRing ring() {
    return ring;
  }

  /** What happened to this node's clients, from their Connack to their end. */
  public Map<Client, ClientHistory> histories() {
    return histories;
  }

  /**
   * The last message dropped for each reason, by the reason's ordinal; null where there is none.
   */
  public AtomicReferenceArray<Publish> lastDropped() {
    return lastDropped;
  }
}
