package org.smqcluster.broker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.protocol.Ids;

/** A cluster of one node: a broker alone, in the tests and where clustering is switched off. */
public final class StandaloneCluster implements Cluster {

  private final Map<NameSpace, Map<Integer, String>> names =
      Map.of(NameSpace.TOPIC, new HashMap<>(), NameSpace.SUBTOPIC, new HashMap<>());
  private final Map<String, ClientEntry> clients = new HashMap<>();
  private final Set<Integer> etids = new HashSet<>();
  private Listener listener;

  /** Connects the broker; must be called once, before anything else. */
  public void listener(Listener broker) {
    listener = broker;
  }

  @Override
  public CompletionStage<Integer> resolve(NameSpace space, String name) {
    int id;
    synchronized (this) {
      Map<Integer, String> ids = names.get(space);
      int probe = 0;
      id = Ids.candidate(name, probe);
      for (String owner = ids.putIfAbsent(id, name);
          owner != null && !owner.equals(name);
          owner = ids.putIfAbsent(id, name)) {
        id = Ids.candidate(name, ++probe);
      }
    }
    listener.named(space, id, name);
    return CompletableFuture.completedStage(id);
  }

  @Override
  public CompletionStage<ClientEntry> register(ClientEntry candidate, Optional<String> user) {
    ClientEntry old;
    ClientEntry entry;
    synchronized (this) {
      old = clients.get(candidate.uid());
      int etid = old != null ? old.etid() : candidate.etid();
      while (old == null && etids.contains(etid)) {
        etid = Ids.etid(ThreadLocalRandom.current().nextInt());
      }
      entry = candidate.withEtid(etid);
      etids.add(etid);
      clients.put(entry.uid(), entry);
    }
    if (old != null) {
      listener.takenOver(old);
      listener.clientGone(old.etid());
    }
    return CompletableFuture.completedStage(entry);
  }

  @Override
  public void unregister(ClientEntry entry) {
    synchronized (this) {
      ClientEntry current = clients.get(entry.uid());
      if (current == null || current.connection() != entry.connection()) {
        return;
      }
      clients.remove(entry.uid());
      etids.remove(entry.etid());
    }
    listener.clientGone(entry.etid());
  }
}
