package org.smqcluster.config;

import java.util.List;

/** The configuration is not valid; the message names every key, its value and what is allowed. */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConfigException(List<String> problems) {
    super("The configuration is not valid:\n  " + String.join("\n  ", problems));
  }
}
