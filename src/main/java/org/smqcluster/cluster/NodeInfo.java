package org.smqcluster.cluster;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * A node of the cluster, as it describes itself.
 *
 * @param id tells one life of a node from the next; random
 * @param name its configured name
 * @param state how far it is
 * @param httpUrl where people reach it, with the context root of the application there
 * @param devicePort its port for the raw transport; 0 without one
 * @param version of its software
 * @param format of what it says to others, see {@link FormatVersion}
 * @param started when this life began
 * @param figures measurements that it publishes every few seconds, by name
 */
public record NodeInfo(
    int id,
    String name,
    NodeState state,
    URI httpUrl,
    int devicePort,
    String version,
    int format,
    Instant started,
    Map<String, Double> figures) {

  /** Key in {@code figures}: the heap that the names of each broker of it may take, in bytes. */
  public static final String NAMES_MAX = "names.max";

  public NodeInfo {
    figures = Map.copyOf(figures);
  }

  NodeInfo under(String contextRoot) {
    URI url = URI.create(httpUrl + contextRoot);
    return new NodeInfo(id, name, state, url, devicePort, version, format, started, figures);
  }

  NodeInfo with(NodeState changed) {
    return new NodeInfo(id, name, changed, httpUrl, devicePort, version, format, started, figures);
  }

  NodeInfo with(Map<String, Double> changed) {
    return new NodeInfo(id, name, state, httpUrl, devicePort, version, format, started, changed);
  }
}
