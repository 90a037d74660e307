package org.smqcluster.node;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.config.Settings;

/** Holds the one node that runs in this application, for beans that need it. Thread-safe. */
@ApplicationScoped
public class NodeHolder {

  private final Settings settings;
  private volatile SmqNode node;

  /** For the container's proxy. */
  protected NodeHolder() {
    settings = null;
  }

  @Inject
  public NodeHolder(Config config) {
    settings = NodeSettings.read(config);
  }

  /** The configuration. */
  public Settings settings() {
    return settings;
  }

  /**
   * The node.
   *
   * @throws IllegalStateException if it is not started yet, or stopped
   */
  public SmqNode node() {
    SmqNode running = node;
    if (running == null) {
      throw new IllegalStateException("the SMQ node is not started");
    }
    return running;
  }

  /** Whether the node is started. */
  public boolean isStarted() {
    return node != null;
  }

  public void started(SmqNode running) {
    node = running;
  }

  public void stopped() {
    node = null;
  }
}
