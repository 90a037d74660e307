package org.smqcluster.broker;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.Refusal;

/**
 * Decides whether a node has room for one more connection, and for one more client. Thread-safe.
 */
final class ConnectionAdmission {

  private final BrokerSettings settings;
  private final SessionRegistry sessions;
  private final BooleanSupplier roomForClient;
  private final ConnectRate connectRate;
  private volatile boolean draining;

  ConnectionAdmission(
      BrokerSettings settings, SessionRegistry sessions, BooleanSupplier roomForClient) {
    this.settings = settings;
    this.sessions = sessions;
    this.roomForClient = roomForClient;
    this.connectRate = new ConnectRate(settings.rates());
  }

  void draining(boolean refuse) {
    draining = refuse;
  }

  boolean isDraining() {
    return draining;
  }

  /** Why a connection from this address is rejected before its Connect. */
  Optional<Refusal> rejectionOf(InetAddress address) {
    if (!roomForClient.getAsBoolean()) {
      return Optional.of(Refusal.NO_DESCRIPTOR);
    } else if (!isLimited(address)) {
      return Optional.empty();
    }
    if (sessions.of(ClientNetwork.of(address)) > settings.limits().clientsPerAddress()) {
      return Optional.of(Refusal.TOO_MANY_CLIENTS_OF_ADDRESS);
    }
    return connectRate.admits(address) ? Optional.empty() : Optional.of(Refusal.CONNECT_RATE);
  }

  /** Why no client may connect now. */
  Optional<Refusal> refusal() {
    if (draining) {
      return Optional.of(Refusal.DRAINING);
    }
    return sessions.open().size() > settings.limits().clients()
        ? Optional.of(Refusal.TOO_MANY_CLIENTS)
        : Optional.empty();
  }

  /** Whether the limits of addresses and rates hold for this one. */
  boolean isLimited(InetAddress address) {
    return settings.rates().holdFor(address);
  }
}
