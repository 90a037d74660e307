package org.smqcluster.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/** What a client was built with; {@link Builder} documents each. */
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

  /**
   * The options' part of {@code SmqClient.Builder}.
   *
   * @param <B> the type of the builder, which each method gives back
   */
  abstract static class Builder<B extends Builder<B>> {

    private final List<BrokerUri> addresses;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private boolean randomOrder;
    private HostResolver resolver = HostResolver.system();
    private String uid = "java-" + UUID.randomUUID();
    private Credentials credentials = Credentials.none();
    private String info = "";
    private int maxPacket;
    private SSLContext sslContext;
    private boolean verifyHost = true;
    private boolean httpAnswer = true;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration pingInterval = Duration.ofSeconds(15);
    private Duration pongTimeout = Duration.ofSeconds(5);
    private Duration backoffFirst = Duration.ofMillis(500);
    private Duration backoffMax = Duration.ofSeconds(30);
    private int sendBuffer = 1 << 20;
    private SendPolicy sendPolicy = SendPolicy.BLOCK;
    private boolean queueOffline = true;
    private int receiveBuffer = 1 << 20;
    private boolean persistent;

    Builder(String... urls) {
      this.addresses = BrokerUri.parseAll(urls);
    }

    ClientOptions options() {
      return new ClientOptions(
          addresses,
          randomOrder,
          resolver,
          new Identity(uid, credentials, info, maxPacket),
          new Link(
              sslContext,
              verifyHost,
              Map.copyOf(headers),
              httpAnswer,
              connectTimeout,
              pingInterval,
              pongTimeout,
              backoffFirst,
              backoffMax),
          new Buffers(sendBuffer, sendPolicy, queueOffline, receiveBuffer),
          persistent);
    }

    @SuppressWarnings("unchecked")
    private B self() {
      return (B) this;
    }

    /**
     * The client's name in the cluster, 6 to 255 bytes of UTF-8; another client that connects with
     * it takes over (SMQ section 3.3). Random by default, which suits clients that are not looked
     * up by UID.
     */
    public B uid(String uid) {
      this.uid = Sendable.text("a UID", uid, ProtocolLimits.MIN_UID, ProtocolLimits.MAX_UID);
      return self();
    }

    /** As {@link #uid(String)}, for a UID that is not text, such as a MAC address. */
    public B uid(byte[] uid) {
      return uid(WireText.decode(uid, 0, uid.length));
    }

    /** The client's credentials; none by default. */
    public B credentials(Credentials credentials) {
      this.credentials = Objects.requireNonNull(credentials);
      return self();
    }

    /**
     * What the client says of itself, up to 65,017 bytes of UTF-8: given to hooks and shown by the
     * administration. Empty by default.
     */
    public B info(String info) {
      this.info = Sendable.text("an info", info, 0, ProtocolLimits.MAX_INFO);
      return self();
    }

    /**
     * The largest packet, type and body, that the broker shall send to this client: bytes up to
     * 65,535. No limit by default.
     */
    public B maxPacket(int bytes) {
      if (bytes < 1 || bytes > ProtocolLimits.MAX_RAW_PACKET) {
        throw new IllegalArgumentException("a largest packet of " + bytes + " bytes");
      }
      this.maxPacket = bytes;
      return self();
    }

    /**
     * Trust and the client's own certificate, for {@code smqs} and {@code wss}; Java's default
     * context by default.
     */
    public B sslContext(SSLContext sslContext) {
      this.sslContext = Objects.requireNonNull(sslContext);
      return self();
    }

    /** Whether the certificate must be for the URL's host name; true by default. */
    public B verifyHost(boolean verifyHost) {
      this.verifyHost = verifyHost;
      return self();
    }

    /**
     * A header of the HTTP request with which each connection starts, {@code Authorization} say.
     */
    public B header(String name, String value) {
      if ((name + value).chars().anyMatch(c -> c < ' ')) {
        throw new IllegalArgumentException("control characters in header " + name);
      }
      headers.put(name, value);
      return self();
    }

    /**
     * Whether the raw transport asks for an HTTP answer in front of the first packet. True by
     * default: a broker that refuses can then say why.
     */
    public B httpAnswer(boolean httpAnswer) {
      this.httpAnswer = httpAnswer;
      return self();
    }

    /** Tries addresses in random order, to spread many clients; in the given order by default. */
    public B randomOrder(boolean randomOrder) {
      this.randomOrder = randomOrder;
      return self();
    }

    /** Finds the addresses of host names; the system's resolver by default. */
    public B resolver(HostResolver resolver) {
      this.resolver = Objects.requireNonNull(resolver);
      return self();
    }

    /**
     * How long each step of connecting to one address may take; 5 s by default. From the TCP
     * connection to the Connack, all steps together may take four times as long.
     */
    public B connectTimeout(Duration timeout) {
      this.connectTimeout = positive(timeout);
      return self();
    }

    /**
     * Silence after which the broker is pinged, 15 s by default, and the time it has to give a sign
     * of life, 5 s by default. A node that hangs is left after the sum of both. A broker that sends
     * all the time is pinged as often, for proxies that cut connections on which the client is
     * silent.
     */
    public B ping(Duration interval, Duration timeout) {
      this.pingInterval = positive(interval);
      this.pongTimeout = positive(timeout);
      return self();
    }

    /**
     * The wait between rounds of attempts: it starts at {@code first} (500 ms by default), doubles
     * up to {@code max} (30 s by default), and is cut at random by up to half. After a connection
     * that lasted 10 s the first wait is at most half of {@code first}.
     */
    public B backoff(Duration first, Duration max) {
      this.backoffFirst = positive(first);
      this.backoffMax = positive(max);
      return self();
    }

    /**
     * Messages that may wait to be sent, in bytes, and what publish does beyond; 1 MiB and {@code
     * BLOCK} by default. One message may always wait, whatever its size.
     */
    public B sendBuffer(int bytes, SendPolicy policy) {
      this.sendBuffer = positive(bytes);
      this.sendPolicy = Objects.requireNonNull(policy);
      return self();
    }

    /**
     * Whether messages wait in the send buffer while there is no connection; true by default. If
     * not, publish fails then.
     */
    public B queueOffline(boolean queueOffline) {
      this.queueOffline = queueOffline;
      return self();
    }

    /**
     * Received packets that may wait for the handlers, in bytes; 1 MiB by default. Beyond, the
     * client stops reading, and the broker's rules for slow clients apply.
     */
    public B receiveBuffer(int bytes) {
      this.receiveBuffer = positive(bytes);
      return self();
    }

    /**
     * Whether the client comes back after the broker sent it away, by Disconnect or by a refusal
     * other than "unavailable". False by default. A client whose UID was taken over never comes
     * back.
     */
    public B persistent(boolean persistent) {
      this.persistent = persistent;
      return self();
    }

    private static Duration positive(Duration duration) {
      if (duration.toMillis() < 1 || duration.toMillis() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("a duration of " + duration);
      }
      return duration;
    }

    private static int positive(int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
      }
      return bytes;
    }
  }
}
