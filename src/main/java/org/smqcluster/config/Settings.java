package org.smqcluster.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration as it was read once at the start: every key with a value of its type.
 * Immutable.
 */
public final class Settings {

  private static final String PREFIX = "smq.";

  /**
   * Prefix of environment variables, such as {@code SMQ_NODE_NAME}. MicroProfile Config asks for
   * those that it knows, and would not notice one that is misspelt.
   */
  private static final String VARIABLE = "SMQ_";

  /** What the tools beside the server read. */
  private static final Set<String> OF_TOOLS =
      Set.of("SMQ_URL", "SMQ_USER", "SMQ_PASSWORD", "SMQ_CLASSES", "SMQ_TLS_PASSWORD");

  /** What Kubernetes gives every container of a name space that has a service called smq. */
  private static final Pattern OF_SERVICE =
      Pattern.compile("SMQ_(.+_)?(SERVICE_(HOST|PORT)(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<ConfigKey<?>, Object> values;

  private final List<String> ofServices;

  private Settings(Map<ConfigKey<?>, Object> values, List<String> ofServices) {
    this.values = values;
    this.ofServices = ofServices;
  }

  /**
   * Reads and checks all keys.
   *
   * @param names the names of all properties there are; those that begin with {@code smq.}, or
   *     {@code SMQ_} as environment variables do, must be known
   * @param source gives a property's text
   * @throws ConfigException if any key is unknown or any value is not allowed
   */
  public static Settings read(Iterable<String> names, Function<String, Optional<String>> source) {
    List<String> problems = new ArrayList<>();
    Map<ConfigKey<?>, Object> values = new HashMap<>();
    for (ConfigKey<?> key : keys()) {
      String text =
          source
              .apply(key.name())
              .map(String::trim)
              .filter(Predicate.not(Settings::isServiceUrl))
              .orElse(key.defaultText());
      try {
        values.put(key, key.kind().parse().apply(text));
      } catch (IllegalArgumentException e) {
        String told = key.kind().isSecret() ? "(not shown, a secret)" : "\"" + text + "\"";
        problems.add(key.name() + " = " + told + ": allowed is " + key.allowed());
      }
    }
    Set<String> known =
        keys().stream().map(ConfigKey::name).collect(Collectors.toUnmodifiableSet());
    List<String> ofServices = new ArrayList<>();
    for (String name : names) {
      // without its value, which may be a misspelt key's password
      if (name.startsWith(PREFIX) && !known.contains(name)) {
        problems.add(name + ": there is no such key; closest is " + closest(name, known));
      } else if (isOfService(name, source)) {
        ofServices.add(name);
      } else if (name.startsWith(VARIABLE)
          && !OF_TOOLS.contains(name)
          && known.stream().noneMatch(key -> variable(key).equals(name))) {
        String key = name.toLowerCase(Locale.ROOT).replace('_', '.');
        problems.add(name + ": there is no such key; closest is " + variable(closest(key, known)));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Settings(Map.copyOf(values), ofServices.stream().sorted().toList());
  }

  /** All keys, in the order of configuration.md. */
  public static List<ConfigKey<?>> keys() {
    return Stream.of(
            ConfigKey.KEYS,
            MemoryKeys.KEYS,
            StateKeys.KEYS,
            SecurityKeys.KEYS,
            AdminKeys.KEYS,
            ProxyKeys.KEYS,
            JwtKeys.KEYS,
            OidcKeys.KEYS)
        .flatMap(list -> list.all().stream())
        .toList();
  }

  public static Settings defaults() {
    return read(List.of(), name -> Optional.empty());
  }

  @SuppressWarnings("unchecked") // values holds for each key what the key's own kind parsed
  public <T> T get(ConfigKey<T> key) {
    return (T) values.get(key);
  }

  /**
   * Environment variables that look like keys, but are Kubernetes' for a service of such a name.
   */
  public List<String> ofServices() {
    return ofServices;
  }

  /** How an environment variable spells a key. */
  private static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /**
   * Whether Kubernetes has set a variable, for a service whose name begins with smq. It may spell a
   * key: a service smq-cluster makes {@code SMQ_CLUSTER_PORT=tcp://10.0.0.1:7800}.
   */
  private static boolean isOfService(String name, Function<String, Optional<String>> source) {
    return name.startsWith(VARIABLE)
        && (OF_SERVICE.matcher(name).matches()
            || source.apply(name).filter(Settings::isServiceUrl).isPresent());
  }

  /** Whether a text is one that Kubernetes gives variables of ports, and no value of any key. */
  private static boolean isServiceUrl(String text) {
    return SERVICE_URL.matcher(text).matches();
  }

  private static String closest(String name, Set<String> known) {
    return known.stream()
        .min((a, b) -> Integer.compare(distance(name, a), distance(name, b)))
        .orElseThrow();
  }

  /** The edit distance of Levenshtein. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
