package org.smqcluster.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.LastValueSettings;
import org.smqcluster.cluster.ClusterConfig;
import org.smqcluster.cluster.StateDirectory;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.ConfiguredFile;
import org.smqcluster.config.IpAddresses;
import org.smqcluster.config.MemoryKeys;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.config.StateKeys;
import org.smqcluster.protocol.AddressText;
import org.smqcluster.security.Glob;
import org.smqcluster.transport.raw.RawPortSettings;

/** Turns the configuration into what each room takes. */
final class NodeConfig {

  private NodeConfig() {}

  /**
   * Reads and checks every {@code smq.*} property.
   *
   * @throws ConfigException if a key is unknown or a value is invalid
   */
  static Settings read(Config config) {
    return Settings.read(
        config.getPropertyNames(),
        name -> Optional.ofNullable(config.getConfigValue(name).getValue()));
  }

  static BrokerSettings broker(Settings settings) {
    return new BrokerSettings(
        new BrokerSettings.Limits(
            settings.get(ConfigKey.LIMIT_TOPIC_NAME),
            settings.get(ConfigKey.LIMIT_TOPICS),
            settings.get(ConfigKey.LIMIT_SUBSCRIPTIONS),
            settings.get(ConfigKey.LIMIT_OBSERVATIONS),
            settings.get(ConfigKey.LIMIT_CLIENTS),
            settings.get(ConfigKey.LIMIT_CLIENTS_PER_ADDRESS)),
        timeouts(settings),
        new BrokerSettings.OutboxSettings(
            settings.get(ConfigKey.OUTBOX_BYTES),
            ofHeap(settings, MemoryKeys.OUTBOXES),
            settings.get(ConfigKey.OUTBOX_POLICY)),
        settings.get(ConfigKey.OBSERVE_SCOPE),
        rates(settings),
        new BrokerSettings.Memory(
            ofHeap(settings, MemoryKeys.TOTAL),
            ofHeap(settings, MemoryKeys.NAMES),
            settings.get(MemoryKeys.ADDRESS),
            settings.get(MemoryKeys.CLIENT),
            settings.get(MemoryKeys.INFO)));
  }

  static BrokerSettings.Rates rates(Settings settings) {
    return new BrokerSettings.Rates(
        settings.get(SecurityKeys.LIMIT_CONNECT_RATE),
        settings.get(SecurityKeys.LIMIT_PUBLISH_RATE),
        settings.get(SecurityKeys.LIMIT_LOOPBACK));
  }

  private static BrokerSettings.Timeouts timeouts(Settings settings) {
    Duration grace = settings.get(ConfigKey.SESSION_GRACE);
    Duration broken = settings.get(ConfigKey.SESSION_GRACE_BROKEN);
    if (broken.compareTo(grace) > 0) {
      throw new ConfigException(
          List.of(
              ConfigKey.SESSION_GRACE_BROKEN.name()
                  + " is longer than "
                  + ConfigKey.SESSION_GRACE.name()
                  + ": a node that stops waits no longer than that; raise both"));
    }
    return new BrokerSettings.Timeouts(
        settings.get(ConfigKey.HANDSHAKE_TIMEOUT),
        settings.get(ConfigKey.IDLE_TIMEOUT),
        settings.get(ConfigKey.PONG_TIMEOUT),
        grace,
        broken);
  }

  /** Which last values a broker keeps; empty for none. */
  static Optional<LastValueSettings> lastValues(Settings settings) {
    List<Glob> topics = settings.get(StateKeys.LAST_VALUE).stream().map(Glob::of).toList();
    return topics.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new LastValueSettings(
                name -> topics.stream().anyMatch(topic -> topic.matches(name)),
                settings.get(StateKeys.LAST_VALUE_MAX),
                settings.get(StateKeys.LAST_VALUE_BYTES)));
  }

  /**
   * Opens the directory of this node's state, if it has one.
   *
   * @throws ConfigException if it cannot be used
   */
  static Optional<StateDirectory> state(Settings settings) {
    String directory = settings.get(StateKeys.DIRECTORY);
    try {
      return directory.isEmpty()
          ? Optional.empty()
          : Optional.of(StateDirectory.open(Path.of(directory).toAbsolutePath()));
    } catch (IOException | InvalidPathException e) {
      throw new ConfigException(
          StateKeys.DIRECTORY.name() + " = " + directory + ": " + e.getMessage(), e);
    }
  }

  /** A broker's part of a share of the heap, in bytes. */
  private static long ofHeap(Settings settings, ConfigKey<Integer> percent) {
    return BrokerSettings.Memory.ofHeap(settings.get(percent))
        / settings.get(ConfigKey.BROKERS).size();
  }

  static String nodeName(Settings settings) {
    String configured = settings.get(ConfigKey.NODE_NAME);
    return configured.isEmpty()
        ? hostName() + "-" + settings.get(ConfigKey.DEVICE_PORT)
        : configured;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }

  static ClusterConfig cluster(Settings settings) {
    InetAddress bind = clusterBind(settings.get(ConfigKey.CLUSTER_BIND));
    ClusterConfig config =
        new ClusterConfig(
            nodeName(settings),
            settings.get(ConfigKey.CLUSTER_NAME),
            settings.get(ConfigKey.CLUSTER_STACK),
            AddressText.of(bind),
            settings.get(ConfigKey.CLUSTER_PORT),
            members(settings, bind),
            new ClusterConfig.Bus(
                settings.get(ConfigKey.CLUSTER_NODE_OUTBOX),
                ClusterConfig.Bus.DEFAULT.windowBytes(),
                ClusterConfig.Bus.DEFAULT.stallTime()),
            clusterTls(settings),
            new ClusterConfig.Self(
                URI.create(httpUrl(settings)),
                settings.get(ConfigKey.DEVICE_ENABLED) ? settings.get(ConfigKey.DEVICE_PORT) : 0,
                version()));
    if (config.hasStackFile()) {
      checkFile(settings, ConfigKey.CLUSTER_STACK);
    }
    return config;
  }

  /** Other nodes must be told one address. */
  private static InetAddress clusterBind(InetAddress configured) {
    if (!configured.isAnyLocalAddress()) {
      return configured;
    }
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address.getClass() == configured.getClass())
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .findFirst()
          .orElseThrow(
              () ->
                  new ConfigException(
                      List.of(
                          "smq.cluster.bind = "
                              + AddressText.of(configured)
                              + ": this machine has no such address but loopback; name one")));
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> members(Settings settings, InetAddress bind) {
    List<String> members = settings.get(ConfigKey.CLUSTER_MEMBERS);
    String dns = settings.get(ConfigKey.CLUSTER_DNS);
    String stack = settings.get(ConfigKey.CLUSTER_STACK);
    if (stack.equals("dns") == dns.isEmpty() || !dns.isEmpty() && !members.isEmpty()) {
      throw new ConfigException(
          List.of(
              "smq.cluster.stack=dns and smq.cluster.dns go together, without"
                  + " smq.cluster.members"));
    }
    if (!dns.isEmpty()) {
      return List.of(AddressText.withPort(dns, settings.get(ConfigKey.CLUSTER_PORT)));
    }
    // JGroups would leave it out without a word: two clusters instead of one
    members.stream()
        .filter(member -> isOfOtherFamily(member, bind))
        .findFirst()
        .ifPresent(
            member -> {
              throw new ConfigException(
                  List.of(
                      "smq.cluster.members has "
                          + member
                          + ", but smq.cluster.bind is "
                          + AddressText.of(bind)
                          + ": nodes reach each other by IPv4 or by IPv6, all by the same"));
            });
    return members;
  }

  /** A host name fits both families: JGroups takes those of its addresses that match. */
  private static boolean isOfOtherFamily(String member, InetAddress bind) {
    String host = member.substring(0, member.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    return IpAddresses.parse(host)
        .filter(address -> address.getClass() != bind.getClass())
        .isPresent();
  }

  private static Optional<ClusterConfig.Tls> clusterTls(Settings settings) {
    String keyStore = settings.get(SecurityKeys.CLUSTER_TLS_KEYSTORE);
    String trustStore = settings.get(SecurityKeys.CLUSTER_TLS_TRUSTSTORE);
    if (keyStore.isEmpty() != trustStore.isEmpty()) {
      throw new ConfigException(
          List.of(
              "smq.cluster.tls.keystore and smq.cluster.tls.truststore go together: set both or"
                  + " none"));
    }
    if (keyStore.isEmpty()) {
      return Optional.empty();
    }
    checkFile(settings, SecurityKeys.CLUSTER_TLS_KEYSTORE);
    checkFile(settings, SecurityKeys.CLUSTER_TLS_TRUSTSTORE);
    return Optional.of(
        new ClusterConfig.Tls(
            keyStore,
            settings.get(SecurityKeys.CLUSTER_TLS_KEYSTORE_PASSWORD),
            trustStore,
            settings.get(SecurityKeys.CLUSTER_TLS_TRUSTSTORE_PASSWORD)));
  }

  private static void checkFile(Settings settings, ConfigKey<String> key) {
    try {
      ConfiguredFile.check(Path.of(settings.get(key)));
    } catch (IOException e) {
      throw new ConfigException(key.name() + ": cannot use " + e.getMessage(), e);
    }
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = NodeConfig.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** Where people reach this node's server. */
  private static String httpUrl(Settings settings) {
    String configured = settings.get(ConfigKey.HTTP_URL);
    if (!configured.isEmpty()) {
      return configured;
    }
    InetAddress bind = settings.get(ConfigKey.BIND_ADDRESS);
    return "http://"
        + AddressText.withPort(bind.isAnyLocalAddress() ? hostName() : AddressText.of(bind), 8080);
  }

  static int deviceThreads(Settings settings) {
    int configured = settings.get(ConfigKey.DEVICE_THREADS);
    return configured > 0
        ? configured
        : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  static RawPortSettings devicePort(Settings settings, ConfigKey<Integer> port, URI httpUrl) {
    InetAddress bind = settings.get(ConfigKey.BIND_ADDRESS);
    return new RawPortSettings(
        // all addresses are those of both families, as on the HTTP port
        bind.isAnyLocalAddress()
            ? new InetSocketAddress(settings.get(port))
            : new InetSocketAddress(bind, settings.get(port)),
        RawPortSettings.DEFAULT_BACKLOG,
        settings.get(ConfigKey.HANDSHAKE_TIMEOUT),
        httpUrl.toString(),
        settings.get(ConfigKey.LIMIT_CLIENTS_PER_ADDRESS),
        rates(settings));
  }
}
