package org.smqcluster.node;

import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.config.Settings;

/** Reads the node's {@link Settings} from MicroProfile Config. */
public final class NodeSettings {

  private NodeSettings() {}

  /**
   * Reads and checks every {@code smq.*} property.
   *
   * @throws org.smqcluster.config.ConfigException if a key is unknown or a value is invalid
   */
  public static Settings read(Config config) {
    return Settings.read(
        config.getPropertyNames(),
        name -> Optional.ofNullable(config.getConfigValue(name).getValue()));
  }
}
