package org.smqcluster.broker;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.RemoteNode;

/** A cluster that passes on what its subclass does not change. */
abstract class ForwardingCluster implements Cluster {

  final Cluster inner;

  ForwardingCluster(Cluster inner) {
    this.inner = inner;
  }

  @Override
  public CompletionStage<Integer> resolve(NameSpace space, String name) {
    return inner.resolve(space, name);
  }

  @Override
  public CompletionStage<ClientEntry> register(ClientEntry candidate, Optional<String> user) {
    return inner.register(candidate, user);
  }

  @Override
  public void unregister(ClientEntry entry) {
    inner.unregister(entry);
  }

  @Override
  public Optional<RemoteNode> ownerOf(int etid) {
    return inner.ownerOf(etid);
  }

  @Override
  public Collection<? extends RemoteNode> nodes() {
    return inner.nodes();
  }
}
