package org.smqcluster.broker.spi;

/** Why the broker refused a request or closed a connection: one counter each. */
public enum Refusal {
  MALFORMED_PACKET("malformed packet"),
  UNEXPECTED_PACKET("packet not allowed from a client"),
  CORRUPT_FRAME("corrupt frame"),
  PAYLOAD_TOO_LARGE("payload too large"),
  HANDSHAKE_TIMEOUT("no Connect in time"),
  BAD_CONNECT("first packet is no Connect"),
  BAD_UID("UID is shorter than 6 bytes"),
  NOT_AUTHENTICATED("bad credentials"),
  NOT_CHECKED("credentials cannot be checked now"),
  DRAINING("draining"),
  TOO_MANY_CLIENTS("too many clients on this node"),
  TOO_MANY_CLIENTS_OF_ADDRESS("too many clients from this address"),
  CONNECT_RATE("too many connections from this address at once, try again"),
  TOPIC_NAME("topic name empty or too long"),
  TOO_MANY_TOPICS("too many topics in this broker"),
  TOO_MANY_SUBSCRIPTIONS("too many subscriptions of this client"),
  TOO_MANY_OBSERVATIONS("too many observations of this client"),
  TOPIC_DENIED("not permitted"),
  SLOW_CONSUMER("slow consumer"),
  IDLE("idle"),
  CLUSTER("the cluster did not answer");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  /** What the client is told, where the protocol has room for it. */
  public String text() {
    return text;
  }
}
