package org.smqcluster.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Keys as environment variables spell them, {@code SMQ_NODE_NAME}: MicroProfile Config asks for
 * those that it knows, and would not notice one that is misspelt.
 */
final class EnvironmentName {

  private static final String PREFIX = "SMQ_";

  /** What the tools beside the server read. */
  private static final Set<String> OF_TOOLS =
      Set.of("SMQ_URL", "SMQ_USER", "SMQ_PASSWORD", "SMQ_CLASSES", "SMQ_TLS_PASSWORD");

  /** What Kubernetes gives every container of a name space that has a service called smq. */
  private static final Pattern OF_SERVICE =
      Pattern.compile("SMQ_(.+_)?(SERVICE_(HOST|PORT)(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private EnvironmentName() {}

  /** How an environment variable spells a key. */
  static String of(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** The key that an environment variable would spell, whether there is one or not. */
  static String asKey(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /**
   * Whether a property's name looks like a key of this application but is none, also none of the
   * variables of {@link #isOfService}.
   *
   * @param keys the names of all keys
   */
  static boolean isUnknown(String name, Set<String> keys) {
    return name.startsWith(PREFIX)
        && keys.stream().noneMatch(key -> of(key).equals(name))
        && !OF_TOOLS.contains(name);
  }

  /**
   * Whether Kubernetes has set a variable, for a service whose name begins with smq. It may spell a
   * key: a service smq-cluster makes {@code SMQ_CLUSTER_PORT=tcp://10.0.0.1:7800}.
   *
   * @param source gives a property's text
   */
  static boolean isOfService(String name, Function<String, Optional<String>> source) {
    return name.startsWith(PREFIX)
        && (OF_SERVICE.matcher(name).matches()
            || source.apply(name).filter(EnvironmentName::isServiceUrl).isPresent());
  }

  /** Whether a text is one that Kubernetes gives variables of ports, and no value of any key. */
  static boolean isServiceUrl(String text) {
    return SERVICE_URL.matcher(text).matches();
  }
}
