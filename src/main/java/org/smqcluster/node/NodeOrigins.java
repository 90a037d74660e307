package org.smqcluster.node;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.cluster.NodeWatcher;

/**
 * Where the pages in browsers may come from: the addresses of all nodes, also of those that have
 * gone since. A page outlives the node that served it, and it is just then that it comes to another
 * one. Thread-safe.
 */
final class NodeOrigins implements NodeWatcher {

  /** Bound of the remembered addresses; they are part of a header of every page. */
  private static final int MOST = 100;

  /** What browsers take localhost for. */
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]");

  private final Set<URI> known = new LinkedHashSet<>();

  /**
   * Begins to remember.
   *
   * @param self the address of this node
   */
  NodeOrigins(URI self) {
    add(self);
  }

  @Override
  public void joined(NodeInfo node) {
    add(node.httpUrl());
  }

  @Override
  public void changed(NodeInfo node) {
    add(node.httpUrl());
  }

  /** The addresses; a node on this machine can be called localhost too. */
  synchronized Collection<URI> addresses() {
    List<URI> all = new ArrayList<>(known);
    for (URI address : known) {
      if (LOOPBACK.contains(String.valueOf(address.getHost()))) {
        all.add(URI.create(address.toString().replace(address.getHost(), "localhost")));
      }
    }
    return all;
  }

  private synchronized void add(URI url) {
    URI address = URI.create(url.getScheme() + "://" + url.getRawAuthority());
    known.remove(address);
    known.add(address);
    if (known.size() > MOST) {
      known.remove(known.iterator().next());
    }
  }
}
