package org.smqcluster.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One of the node's brokers, as {@code smq.brokers} names it.
 *
 * @param name tells it from the others
 * @param paths of its URL, each beginning with a slash
 */
public record BrokerDefinition(String name, List<String> paths) {

  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{1,32}=/[^ ,|]+(\\|/[^ ,|]+)*");

  /** Parses {@code name=/path|/path}; throws IllegalArgumentException for any other text. */
  static BrokerDefinition parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException();
    }
    int equals = text.indexOf('=');
    return new BrokerDefinition(
        text.substring(0, equals), List.of(text.substring(equals + 1).split("\\|")));
  }
}
