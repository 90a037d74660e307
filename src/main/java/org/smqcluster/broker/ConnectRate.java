package org.smqcluster.broker;

import java.net.InetAddress;
import java.util.Optional;
import org.smqcluster.broker.spi.BrokerSettings.Rates;
import org.smqcluster.broker.spi.ClientNetwork;

/** Bounds how often connections of one network begin, as {@link Rates} says. Thread-safe. */
public final class ConnectRate {

  private static final int BURST_SECONDS = 10;

  private final Rates rates;
  private final Optional<RateLimit<ClientNetwork>> limit;

  /** Makes one for connections that begin in one way; each counts for itself. */
  public ConnectRate(Rates rates) {
    this.rates = rates;
    int connections = rates.connections();
    this.limit =
        connections == 0
            ? Optional.empty()
            : Optional.of(new RateLimit<>(connections, connections * BURST_SECONDS));
  }

  /** Counts one more connection of this address; false if there are too many. */
  public boolean admits(InetAddress address) {
    return !rates.holdFor(address)
        || limit.map(rate -> rate.take(ClientNetwork.of(address))).orElse(true);
  }
}
