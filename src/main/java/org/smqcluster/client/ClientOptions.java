package org.smqcluster.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** What a client was built with; {@link SmqClientBuilder} documents each. */
record ClientOptions(
    List<BrokerUri> addresses,
    boolean randomOrder,
    HostResolver resolver,
    Identity identity,
    Link link,
    Buffers buffers,
    boolean persistent) {

  /** The client's identity. */
  record Identity(String uid, Credentials credentials, String info, int maxPacket) {}

  /** How connections are made and watched. */
  record Link(
      SSLContext sslContext,
      boolean verifyHost,
      Map<String, String> headers,
      boolean httpAnswer,
      Duration connectTimeout,
      Duration pingInterval,
      Duration pongTimeout,
      Duration backoffFirst,
      Duration backoffMax) {}

  /** How much waits, and what happens beyond. */
  record Buffers(int send, SendPolicy policy, boolean queueOffline, int receive) {}
}
