package org.smqcluster.config;

import java.util.List;

/**
 * The configuration is invalid and must be changed before the node can start. The message names the
 * key, its value and what is allowed.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Reports all invalid keys at once, with one text for each. */
  public ConfigException(List<String> problems) {
    super("The configuration is not valid:\n  " + String.join("\n  ", problems));
  }

  /** Reports one failure, such as a file that a key names and that cannot be read. */
  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
