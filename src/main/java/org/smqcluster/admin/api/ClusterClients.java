package org.smqcluster.admin.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.node.SmqNode;

/** Finds clients of any node, and brokers, by what requests name. Thread-safe. */
@ApplicationScoped
public class ClusterClients {

  @Inject private SmqNode node;

  /** A client, and the broker that it uses. */
  public record Found(String broker, ClientEntry entry) {}

  /** The client with this ETID, of any broker; refuses the request if there is none. */
  public Found find(int etid) {
    return lookUp(etid)
        .orElseThrow(() -> ApiException.notFound("No client has the ETID " + etid + "."));
  }

  /** As {@link #find}, empty if there is none. */
  public Optional<Found> lookUp(int etid) {
    return node.brokers().stream()
        .map(Broker::name)
        .flatMap(
            name -> node.brokerCluster(name).client(etid).stream().map(e -> new Found(name, e)))
        .findFirst();
  }

  /** A broker, the first if the name is empty; refuses the request if there is none. */
  public Broker broker(String name) {
    try {
      return node.broker(name);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("There is no broker " + name + ".");
    }
  }
}
