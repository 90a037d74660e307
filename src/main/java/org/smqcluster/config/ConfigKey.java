package org.smqcluster.config;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.smqcluster.broker.spi.BrokerSettings.ObserveScope;
import org.smqcluster.broker.spi.BrokerSettings.OverflowPolicy;

/**
 * A configuration key with its default and meaning. All keys are constants of this class and its
 * siblings, such as {@link SecurityKeys}: what is not there stops the start, and a test compares
 * configuration.md with it.
 *
 * @param name as operators write it
 * @param kind what its value looks like
 * @param defaultText its value where none is given, as an operator would write it
 * @param meaning one sentence for configuration.md, with the unit
 */
public record ConfigKey<T>(String name, Kind<T> kind, String defaultText, String meaning) {

  /** How WebSocket messages are read and written. */
  public enum WebSocketFrames {
    OWN,
    STANDARD
  }

  private static final int MIB = 1024 * 1024;

  static final KeyList KEYS = new KeyList();

  public static final ConfigKey<String> NODE_NAME =
      KEYS.add(
          "smq.node.name",
          Kind.matching("|[A-Za-z0-9][A-Za-z0-9._-]{0,62}", "1 to 63 letters, digits, . _ -"),
          "",
          "Name of this node, unique in the cluster; empty: host name and device port.");

  public static final ConfigKey<String> HTTP_URL =
      KEYS.add(
          "smq.http.url",
          Kind.matching(
              "|https?://" + Kind.URL_HOST + "(:[0-9]{1,5})?",
              "http:// or https:// with host and port, no path; an IPv6 address in brackets"),
          "",
          "URL under which browsers reach this node's HTTP port; empty: the bind address, or the host"
              + " name where that is all addresses, with port 8080. The context root of the application"
              + " is added to it.");

  public static final ConfigKey<InetAddress> BIND_ADDRESS =
      KEYS.add(
          "smq.bind.address",
          Kind.address(),
          "127.0.0.1",
          "Address on which the device ports and, by node/boot.asadmin, the HTTP port listen.");

  public static final ConfigKey<Boolean> DEVICE_ENABLED =
      KEYS.add("smq.device.enabled", Kind.bool(), "true", "Whether there is a plain device port.");

  public static final ConfigKey<Integer> DEVICE_PORT =
      KEYS.add(
          "smq.device.port", Kind.port(), "8085", "TCP port for clients with the raw transport.");

  public static final ConfigKey<Integer> DEVICE_THREADS =
      KEYS.add(
          "smq.device.threads",
          Kind.integer(0, 64),
          "0",
          "Threads that serve the device port; 0: one for every two processors.");

  public static final ConfigKey<WebSocketFrames> WEBSOCKET_FRAMES =
      KEYS.add(
          "smq.websocket.frames",
          Kind.choice(WebSocketFrames.class),
          "own",
          "How WebSocket messages are read and written. own: by the internals of the server, where it"
              + " is one that the node knows, many times faster; standard: by the Jakarta API alone.");

  public static final ConfigKey<List<BrokerDefinition>> BROKERS =
      KEYS.add(
          "smq.brokers",
          Kind.list(new Kind<>("name=/path or name=/path|/path", BrokerDefinition::parse)),
          "smq=/smq.lsp|/smq",
          "Brokers of this node, each with its URL paths; they share nothing.");

  public static final ConfigKey<String> CLUSTER_NAME =
      KEYS.add(
          "smq.cluster.name",
          Kind.matching("[A-Za-z0-9._-]{1,63}", "1 to 63 letters, digits, . _ -"),
          "smq",
          "Nodes with the same name form a cluster.");

  public static final ConfigKey<String> CLUSTER_STACK =
      KEYS.add(
          "smq.cluster.stack",
          Kind.text(),
          "local",
          "JGroups stack: local (one machine), lan, wan, dns (a lan whose nodes are the addresses of"
              + " smq.cluster.dns), or the path of a JGroups XML file.");

  public static final ConfigKey<InetAddress> CLUSTER_BIND =
      KEYS.add(
          "smq.cluster.bind",
          Kind.address(),
          "127.0.0.1",
          "Address on which this node listens for other nodes, of one family on all nodes; for all"
              + " addresses, the machine's first of that family that is not loopback is taken.");

  public static final ConfigKey<Integer> CLUSTER_PORT =
      KEYS.add(
          "smq.cluster.port",
          Kind.port(),
          "7800",
          "TCP port for other nodes; if it is taken, the stack local tries the next nine.");

  public static final ConfigKey<List<String>> CLUSTER_MEMBERS =
      KEYS.add(
          "smq.cluster.members",
          Kind.list(Kind.hostPort()),
          "",
          "Nodes to ask for the cluster; empty: ports 7800 to 7809 of smq.cluster.bind.");

  public static final ConfigKey<String> CLUSTER_DNS =
      KEYS.add(
          "smq.cluster.dns",
          Kind.matching("[A-Za-z0-9._-]{0,253}", "a DNS name"),
          "",
          "Name whose addresses (A and AAAA) are those of all nodes, with smq.cluster.stack=dns;"
              + " all have one smq.cluster.port.");

  public static final ConfigKey<Integer> CLUSTER_NODE_OUTBOX =
      KEYS.add(
          "smq.cluster.outbox.bytes",
          Kind.integer(MIB, 1024 * MIB),
          String.valueOf(16 * MIB),
          "Bytes that wait for one other node at most; further messages to it are dropped.");

  public static final ConfigKey<Duration> DRAIN_TIMEOUT =
      KEYS.add(
          "smq.drain.timeout",
          Kind.duration(ofSeconds(0), ofHours(1)),
          "30s",
          "Longest time that a stopping node takes to let its clients go; then it waits for those"
              + " that are parked (smq.session.grace).");

  public static final ConfigKey<Integer> DRAIN_RATE =
      KEYS.add(
          "smq.drain.rate",
          Kind.integer(1, 1_000_000),
          "500",
          "Clients that a draining node lets go in a second.");

  public static final ConfigKey<Duration> SESSION_GRACE =
      KEYS.add(
          "smq.session.grace",
          Kind.duration(ofSeconds(0), ofHours(1)),
          "30s",
          "How long the session of a client that its node lets go is parked, for the client to go on"
              + " with it on another node and miss nothing, and what is published is kept for the"
              + " clients of a node that dies; 0s: not at all.");

  public static final ConfigKey<Duration> SESSION_GRACE_BROKEN =
      KEYS.add(
          "smq.session.grace.broken",
          Kind.duration(ofSeconds(0), ofHours(1)),
          "0s",
          "The same for a client whose connection breaks or ends without a Disconnect packet; at"
              + " most smq.session.grace. 0s: its session ends.");

  public static final ConfigKey<Boolean> BALANCE_ENABLED =
      KEYS.add(
          "smq.balance.enabled",
          Kind.bool(),
          "false",
          "Whether a node with clearly more clients than the mean lets the surplus go.");

  public static final ConfigKey<Integer> BALANCE_RATE =
      KEYS.add(
          "smq.balance.rate",
          Kind.integer(1, 100_000),
          "10",
          "Clients that such a node lets go in a second.");

  public static final ConfigKey<ObserveScope> OBSERVE_SCOPE =
      KEYS.add(
          "smq.observe.scope",
          Kind.choice(ObserveScope.class),
          "cluster",
          "Scope of the subscriber count that an observer receives: all nodes, or this node only.");

  public static final ConfigKey<Integer> OUTBOX_BYTES =
      KEYS.add(
          "smq.outbox.bytes",
          Kind.integer(128 * 1024, 1024 * MIB),
          String.valueOf(MIB),
          "Bytes that wait for one client at most; less while all together hold"
              + " smq.memory.outboxes.percent of the heap.");

  public static final ConfigKey<OverflowPolicy> OUTBOX_POLICY =
      KEYS.add(
          "smq.outbox.policy",
          Kind.choice(OverflowPolicy.class),
          "drop",
          "What happens when a client's outbox is full: new messages are dropped, or the client"
              + " is closed.");

  public static final ConfigKey<Integer> LIMIT_TOPIC_NAME =
      KEYS.add(
          "smq.limit.topic.name.bytes",
          Kind.integer(1, 60_000),
          "1024",
          "Longest name of a topic or sub-topic, in bytes.");

  public static final ConfigKey<Integer> LIMIT_TOPICS =
      KEYS.add(
          "smq.limit.topics",
          Kind.integer(1, 10_000_000),
          "100000",
          "Topics of one broker; as many sub-topics again.");

  public static final ConfigKey<Integer> LIMIT_SUBSCRIPTIONS =
      KEYS.add(
          "smq.limit.subscriptions",
          Kind.integer(1, 1_000_000),
          "1000",
          "Topics that one client may subscribe to.");

  public static final ConfigKey<Integer> LIMIT_OBSERVATIONS =
      KEYS.add(
          "smq.limit.observations",
          Kind.integer(1, 1_000_000),
          "1000",
          "Topics and clients that one client may observe.");

  public static final ConfigKey<Integer> LIMIT_CLIENTS =
      KEYS.add(
          "smq.limit.clients",
          Kind.integer(1, 10_000_000),
          "100000",
          "Clients of one broker on one node.");

  public static final ConfigKey<Integer> LIMIT_CLIENTS_PER_ADDRESS =
      KEYS.add(
          "smq.limit.clients.per.address",
          Kind.integer(1, 10_000_000),
          "5000",
          "Clients of one IP address (of an IPv6 /64) on one node, and as many connections to a"
              + " device port that are no clients yet; see smq.limit.loopback.");

  public static final ConfigKey<Integer> LIMIT_HTTP_CONNECTIONS_PER_ADDRESS =
      KEYS.add(
          "smq.limit.http.connections.per.address",
          Kind.integer(8, 1_000_000),
          "256",
          "HTTP connections of one IP address (IPv6: network of 64 bits) that are not WebSockets; one"
              + " more closes the oldest. Proxies of smq.proxy.trusted have no such limit.");

  public static final ConfigKey<Integer> LIMIT_DEVICES =
      KEYS.add(
          "smq.limit.devices",
          Kind.integer(1, 1_000_000),
          "5000",
          "LED devices that the cluster remembers; for a new one, devices that are offline are"
              + " forgotten: of the address with most, those silent for longest.");

  public static final ConfigKey<Duration> HANDSHAKE_TIMEOUT =
      KEYS.add(
          "smq.timeout.handshake",
          Kind.duration(ofMillis(250), ofMinutes(5)),
          "4s",
          "Time from the connection to its Connect packet; also for the HTTP request before.");

  public static final ConfigKey<Duration> IDLE_TIMEOUT =
      KEYS.add(
          "smq.timeout.idle",
          Kind.duration(ofSeconds(1), ofHours(24)),
          "5m",
          "Silence after which a client is pinged.");

  public static final ConfigKey<Duration> PONG_TIMEOUT =
      KEYS.add(
          "smq.timeout.pong",
          Kind.duration(ofSeconds(1), ofHours(1)),
          "30s",
          "Time from that ping until a client that stays silent is closed.");

  public static final ConfigKey<Duration> DEVICE_TIMEOUT =
      KEYS.add(
          "smq.timeout.device",
          Kind.duration(ofSeconds(1), ofHours(10_000)),
          "24h",
          "Silence after which an LED device that is offline is forgotten.");

  public static final ConfigKey<Boolean> EXIT_ON_FAILURE =
      KEYS.add(
          "smq.exit.on.failure",
          Kind.bool(),
          "false",
          "Whether the process ends when the node cannot start: with status 78 if its configuration"
              + " is refused, else 1; and, with status 70, when its writes to the cluster's caches"
              + " do not end any more. node/jvm.options sets it; not for a server that other"
              + " applications share.");

  public String allowed() {
    return kind.allowed();
  }

  /** The keys that one class declares, in their order, which is that of configuration.md. */
  static final class KeyList {

    private final List<ConfigKey<?>> keys = new ArrayList<>();

    /** Adds a key, while its class is initialized. */
    <T> ConfigKey<T> add(String name, Kind<T> kind, String defaultText, String meaning) {
      ConfigKey<T> key = new ConfigKey<>(name, kind, defaultText, meaning);
      keys.add(key);
      return key;
    }

    List<ConfigKey<?>> all() {
      return List.copyOf(keys);
    }
  }
}
