package org.smqcluster.broker;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.broker.spi.ClientNetwork;

/** The client sessions of this node, from connection to end. Thread-safe. */
final class SessionRegistry {

  private final Map<Long, ClientSession> open = new ConcurrentHashMap<>();
  private final Set<ClientSession> connecting = ConcurrentHashMap.newKeySet();
  private final Map<Integer, ClientSession> byEtid = new ConcurrentHashMap<>();
  private final Map<ClientNetwork, Integer> perNetwork = new ConcurrentHashMap<>();
  private final AtomicInteger flushing = new AtomicInteger();

  void opened(ClientSession session) {
    open.put(session.connectionId(), session);
    connecting.add(session);
    perNetwork.merge(network(session), 1, Integer::sum);
  }

  void connected(int etid, ClientSession session) {
    byEtid.put(etid, session);
    connecting.remove(session);
  }

  /** So many more sessions have ended while something may still wait for their clients. */
  void flushing(int more) {
    flushing.addAndGet(more);
  }

  int flushing() {
    return flushing.get();
  }

  void closed(ClientSession session) {
    connecting.remove(session);
    byEtid.remove(session.etid(), session);
    if (open.remove(session.connectionId(), session)) {
      perNetwork.computeIfPresent(network(session), (network, n) -> n == 1 ? null : n - 1);
    }
  }

  ClientSession byEtid(int etid) {
    return byEtid.get(etid);
  }

  ClientSession byConnection(long connection) {
    return open.get(connection);
  }

  /** All sessions, those that have not sent Connect too. */
  Collection<ClientSession> open() {
    return open.values();
  }

  /** All sessions that have no Connack yet. */
  Collection<ClientSession> connecting() {
    return connecting;
  }

  Collection<ClientSession> connected() {
    return byEtid.values();
  }

  int of(ClientNetwork network) {
    return perNetwork.getOrDefault(network, 0);
  }

  private static ClientNetwork network(ClientSession session) {
    return ClientNetwork.of(session.connectionInfo().address());
  }
}
