package org.smqcluster.broker;

import java.util.Optional;
import java.util.function.Consumer;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.SessionAcceptor;

/** Begins a session for each new connection, and rejects those that there is no room for. */
record ConnectionAcceptor(
    SessionParts parts,
    SessionRegistry sessions,
    ConnectionAdmission admission,
    MemoryBudget memory,
    BrokerHooks hooks,
    Refusals refusals) {

  /** See {@link SessionAcceptor#accept}. */
  Session accept(
      Connection connection, ConnectionInfo info, Consumer<? super Session> beforeStart) {
    MemoryBudget.ClientMemory kept =
        memory.open(ClientNetwork.of(info.address()), admission.isLimited(info.address()));
    SessionLifecycle session =
        new SessionLifecycle(parts, sessions, hooks, refusals, connection, info, kept);
    sessions.opened(session);
    beforeStart.accept(session);
    session.start();
    admission
        .rejectionOf(info.address())
        .or(() -> Optional.ofNullable(kept.charge(MemoryCost.connection(connection, info))))
        .ifPresent(session::reject);
    return session;
  }
}
