package org.smqcluster.admin.events;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.smqcluster.admin.events.ClientHistory.Kind;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.WireText;

/**
 * Keeps this node's events for administration, and records those of clients and messages. Of drops
 * it keeps the last message of each reason, which {@link NodeRecorder} takes once a second.
 * Thread-safe.
 */
public class Recorder implements BrokerListener {

  private final EventRing ring = new EventRing();
  private final Map<Client, ClientHistory> histories = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<Publish> lastDropped =
      new AtomicReferenceArray<>(DropReason.values().length);

  public EventRing ring() {
    return ring;
  }

  /** What happened to a client of this node since its Connack; empty after its end. */
  public Optional<ClientHistory> history(Client client) {
    return Optional.ofNullable(histories.get(client));
  }

  /** The last message dropped for a reason since this was asked; empty if there is none. */
  Optional<Publish> takeLastDropped(DropReason reason) {
    return Optional.ofNullable(lastDropped.getAndSet(reason.ordinal(), null));
  }

  @Override
  public void connected(Client client) {
    histories.put(client, new ClientHistory());
    note(client, Kind.CONNECTED, 0);
    ring.add(event("connected", client).because(null, client.info()));
  }

  @Override
  public void disconnected(Client client, CloseReason reason, String text) {
    histories.remove(client);
    ring.add(event("disconnected", client).because(NodeStatistics.name(reason), text));
  }

  @Override
  public void subscribed(Client client, int tid, String topic) {
    note(client, Kind.SUBSCRIBED, tid);
    ring.add(event("subscribed", client).onTopic(WireText.printable(topic)));
  }

  @Override
  public void unsubscribed(Client client, int tid) {
    note(client, Kind.UNSUBSCRIBED, tid);
  }

  @Override
  public void refused(Client client, Refusal reason, String text) {
    note(client, Kind.REFUSED, reason.ordinal());
    ring.add(event("refused", client).because(NodeStatistics.name(reason), text));
  }

  @Override
  public void dropped(Publish message, DropReason reason) {
    lastDropped.lazySet(reason.ordinal(), message);
  }

  /** Nothing is kept of a client that is not connected. */
  private void note(Client client, Kind kind, int argument) {
    history(client).ifPresent(history -> history.add(System.currentTimeMillis(), kind, argument));
  }

  private static AdminEvent event(String type, Client client) {
    String uid = client.uid().isEmpty() ? null : WireText.printable(client.uid());
    return AdminEvent.of(type).about(client.etid(), uid, client.connectionInfo().addressText());
  }
}
