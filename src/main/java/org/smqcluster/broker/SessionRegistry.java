package org.smqcluster.broker;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The client sessions of this node, from connection to end. Thread-safe. */
final class SessionRegistry {

  private final Set<ClientSession> open = ConcurrentHashMap.newKeySet();
  private final Map<Integer, ClientSession> byEtid = new ConcurrentHashMap<>();
  private final Map<Long, ClientSession> byConnection = new ConcurrentHashMap<>();
  private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

  void opened(ClientSession session) {
    open.add(session);
    perAddress.merge(session.connectionInfo().address(), 1, Integer::sum);
  }

  /** The session asks the cluster for its ETID: from now on a takeover can find it. */
  void registering(long connection, ClientSession session) {
    byConnection.put(connection, session);
  }

  void connected(int etid, ClientSession session) {
    byEtid.put(etid, session);
  }

  void closed(ClientSession session) {
    if (open.remove(session)) {
      perAddress.computeIfPresent(
          session.connectionInfo().address(), (address, n) -> n == 1 ? null : n - 1);
    }
    byConnection.remove(session.connectionId());
    byEtid.remove(session.etid(), session);
  }

  ClientSession byEtid(int etid) {
    return byEtid.get(etid);
  }

  ClientSession byConnection(long connection) {
    return byConnection.get(connection);
  }

  /** All sessions, those that have not sent Connect too. */
  Collection<ClientSession> open() {
    return open;
  }

  /** All sessions that are connected. */
  Collection<ClientSession> connected() {
    return byEtid.values();
  }

  int ofAddress(InetAddress address) {
    return perAddress.getOrDefault(address, 0);
  }
}
