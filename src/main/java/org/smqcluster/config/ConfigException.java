package org.smqcluster.config;

import java.util.List;

/**
 * The node does not start with this configuration, and will not before somebody changes it. The
 * message says what is wrong and what is allowed.
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
