package org.smqcluster.security;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.TopicPolicy;

/**
 * Enforces changed permissions on connected clients: closes clients with withdrawn credentials,
 * ends subscriptions that the access list no longer allows. Thread-safe.
 */
final class PermissionEnforcer implements BrokerListener {

  private final Set<Client> clients = ConcurrentHashMap.newKeySet();
  private final TopicPolicy topicPolicy;

  PermissionEnforcer(TopicPolicy topicPolicy) {
    this.topicPolicy = topicPolicy;
  }

  @Override
  public void connected(Client client) {
    clients.add(client);
    // its credentials may have been withdrawn since they were checked
    recheckProof(client);
  }

  @Override
  public void disconnected(Client client, CloseReason reason, String text) {
    clients.remove(client);
  }

  @Override
  public void subscribed(Client client, int tid, String topic) {
    // the list may have changed since it was asked
    if (!topicPolicy.maySubscribe(client, topic)) {
      client.recheckTopics();
    }
  }

  /** Ends the clients whose credentials were withdrawn. */
  void recheckProofs() {
    InternalErrors.forEach(
        "the check of a client's credentials", clients, PermissionEnforcer::recheckProof);
  }

  /** Ends the subscriptions and observations that are no longer allowed. */
  void recheckTopics() {
    InternalErrors.forEach("the check of a client's topics", clients, Client::recheckTopics);
  }

  private static void recheckProof(Client client) {
    client
        .authentication()
        .flatMap(RevocableCredential::of)
        .filter(proof -> !proof.holds())
        // told by a Disconnect, after which public clients do not try again
        .ifPresent(proof -> client.disconnect(CloseReason.REVOKED, proof.reason()));
  }
}
