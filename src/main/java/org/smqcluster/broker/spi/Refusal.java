package org.smqcluster.broker.spi;

/**
 * Why the broker refused a request or closed a connection: one counter each. {@link #text} says
 * what each means.
 */
public enum Refusal {
  MALFORMED_PACKET("malformed packet"),
  UNEXPECTED_PACKET("packet not allowed from a client"),
  CORRUPT_FRAME("corrupt frame"),
  PAYLOAD_TOO_LARGE("payload too large"),
  HANDSHAKE_TIMEOUT("no Connect in time", "smq.timeout.handshake"),
  BAD_CONNECT("first packet is not Connect"),
  BAD_UID("UID is shorter than 6 bytes"),
  NOT_AUTHENTICATED("bad credentials"),
  NOT_CHECKED("credentials cannot be checked now"),
  DRAINING("draining"),
  TOO_MANY_CLIENTS("too many clients on this node", "smq.limit.clients"),
  TOO_MANY_CLIENTS_OF_ADDRESS(
      "too many clients from this address", "smq.limit.clients.per.address"),
  CONNECT_RATE(
      "too many connections from this address at once, try again", "smq.limit.connect.rate"),
  NO_DESCRIPTOR("no file descriptor left for clients on this node, try another", "ulimit -n"),
  TOPIC_NAME("topic name empty or too long", "smq.limit.topic.name.bytes"),
  TOO_MANY_TOPICS("too many topics in this broker", "smq.limit.topics"),
  TOO_MANY_SUBSCRIPTIONS("too many subscriptions of this client", "smq.limit.subscriptions"),
  TOO_MANY_OBSERVATIONS("too many observations of this client", "smq.limit.observations"),
  TOPIC_DENIED("not permitted", "smq.acl.file"),
  MEMORY_OF_CLIENT("this client makes the node keep too much", "smq.memory.client.bytes"),
  MEMORY_OF_ADDRESS(
      "the clients of this address make the node keep too much", "smq.memory.address.percent"),
  MEMORY_OF_NAMES(
      "the names of topics and sub-topics take too much memory", "smq.memory.names.percent"),
  MEMORY("this node has no memory left for clients", "smq.memory.percent and -Xmx"),
  SLOW_CONSUMER("slow consumer", "smq.outbox.policy"),
  IDLE("idle", "smq.timeout.idle"),
  CLUSTER("the cluster did not answer"),
  BAD_HANDSHAKE("no WebSocket handshake"),
  ORIGIN("page of another origin", "smq.origin.allowed");

  private final String text;
  private final String key;

  Refusal(String text) {
    this(text, "");
  }

  Refusal(String text, String key) {
    this.text = text;
    this.key = key;
  }

  /** What the client is told, where the protocol has room for it. */
  public String text() {
    return text;
  }

  /** The configuration key that the log names to operators; empty if there is none. */
  public String key() {
    return key;
  }
}
