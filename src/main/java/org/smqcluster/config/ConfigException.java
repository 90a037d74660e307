package org.smqcluster.config;

import java.util.List;

/**
 * The configuration is invalid and must be changed before the node can start. The message names the
 * key, its value and what is allowed.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With everything that is wrong, one text each. */
  public ConfigException(List<String> problems) {
    super("The configuration is not valid:\n  " + String.join("\n  ", problems));
  }

  /** With the one thing that is wrong, such as a file that it names. */
  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
