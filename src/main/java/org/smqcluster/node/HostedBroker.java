package org.smqcluster.node;

import java.util.List;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.cluster.BrokerCluster;

/**
 * A broker of this node with what belongs to it.
 *
 * @param broker the broker
 * @param cluster its share of the cluster
 * @param client the application's client of it
 * @param paths of its URL
 * @param events tells the application what happens in it
 */
public record HostedBroker(
    NodeBroker broker,
    BrokerCluster cluster,
    BrokerClient client,
    List<String> paths,
    EventQueue events) {

  public void close() {
    InternalErrors.contain("the end of a broker", client::close, events::close);
  }
}
