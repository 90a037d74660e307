package org.smqcluster.admin.events;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.Client;

/** The histories of this node's clients, from their Connack to their end. Thread-safe. */
public final class ClientHistories {

  private final Map<Client, ClientHistory> all = new ConcurrentHashMap<>();

  /** The client is connected. */
  public void begin(Client client) {
    ClientHistory history = new ClientHistory();
    history.add(System.currentTimeMillis(), ClientHistory.Kind.CONNECTED, 0);
    all.put(client, history);
  }

  /** Something happened to the client; nothing is kept of one that is not connected. */
  public void add(Client client, ClientHistory.Kind kind, int argument) {
    ClientHistory history = all.get(client);
    if (history != null) {
      history.add(System.currentTimeMillis(), kind, argument);
    }
  }

  /** The client is gone. */
  public void end(Client client) {
    all.remove(client);
  }

  /** What happened to the client, the oldest first. */
  public List<ClientHistory.Entry> of(Client client) {
    ClientHistory history = all.get(client);
    return history == null ? List.of() : history.entries();
  }
}
