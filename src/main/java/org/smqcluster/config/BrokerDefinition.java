package org.smqcluster.config;

import java.util.Arrays;
import java.util.List;

/**
 * One of the node's brokers, as {@code smq.brokers} names it.
 *
 * @param name tells it from the others
 * @param paths of its URL, each beginning with a slash
 */
public record BrokerDefinition(String name, List<String> paths) {

  /** Parses {@code name=/path|/path}. */
  static BrokerDefinition parse(String text) {
    int equals = text.indexOf('=');
    return new BrokerDefinition(
        text.substring(0, equals), Arrays.asList(text.substring(equals + 1).split("\\|")));
  }

  /** The brokers of the configuration. */
  public static List<BrokerDefinition> of(Settings settings) {
    return settings.get(ConfigKey.BROKERS).stream().map(BrokerDefinition::parse).toList();
  }
}
