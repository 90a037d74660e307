package org.smqcluster.node;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeState;

/** The injectable {@link SmqNode}: passes every call to the node that runs now. Thread-safe. */
@ApplicationScoped
public class CurrentNode implements SmqNode {

  private volatile SmqNode running;

  /** From now on this node runs. */
  public void started(SmqNode node) {
    running = node;
  }

  /** The node has stopped, or failed to start. */
  public void stopped() {
    running = null;
  }

  private SmqNode running() {
    SmqNode node = running;
    if (node == null) {
      throw new IllegalStateException("the SMQ node is not started");
    }
    return node;
  }

  @Override
  public boolean isStarted() {
    return running != null;
  }

  @Override
  public String name() {
    return running().name();
  }

  @Override
  public NodeState state() {
    return running().state();
  }

  @Override
  public ClusterNode cluster() {
    return running().cluster();
  }

  @Override
  public Collection<URI> origins() {
    return running().origins();
  }

  @Override
  public List<Broker> brokers() {
    return running().brokers();
  }

  @Override
  public Broker broker(String name) {
    return running().broker(name);
  }

  @Override
  public BrokerClient brokerClient(String name) {
    return running().brokerClient(name);
  }

  @Override
  public BrokerCluster brokerCluster(String name) {
    return running().brokerCluster(name);
  }

  @Override
  public int clients() {
    return running().clients();
  }

  @Override
  public void serve() {
    running().serve();
  }

  @Override
  public void drain() {
    running().drain();
  }

  @Override
  public void rebalance() {
    running().rebalance();
  }
}
