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

/**
 * Collects the options of a client; every one but the addresses has a default. A value out of its
 * bounds is refused by an {@link IllegalArgumentException}. For one thread at a time.
 */
public final class SmqClientBuilder {

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
  private ConnectionListener listener = new ConnectionListener() {};

  SmqClientBuilder(String... urls) {
    this.addresses = BrokerUri.parseAll(urls);
  }

  /**
   * The client's name in the cluster, 6 to 255 bytes of UTF-8; another client that connects with it
   * takes over (SMQ section 3.3). Random by default, which suits clients that are not looked up by
   * UID.
   */
  public SmqClientBuilder uid(String uid) {
    this.uid = Sendable.text("a UID", uid, ProtocolLimits.MIN_UID, ProtocolLimits.MAX_UID);
    return this;
  }

  /** As {@link #uid(String)}, for a UID that is not text, such as a MAC address. */
  public SmqClientBuilder uid(byte[] uid) {
    return uid(WireText.decode(uid, 0, uid.length));
  }

  /** The client's credentials; none by default. */
  public SmqClientBuilder credentials(Credentials credentials) {
    this.credentials = Objects.requireNonNull(credentials);
    return this;
  }

  /**
   * What the client says of itself, up to 65,017 bytes of UTF-8: given to hooks and shown by the
   * administration. Empty by default.
   */
  public SmqClientBuilder info(String info) {
    this.info = Sendable.text("an info", info, 0, ProtocolLimits.MAX_INFO);
    return this;
  }

  /**
   * The largest packet, type and body, that the broker shall send to this client: bytes up to
   * 65,535. No limit by default.
   */
  public SmqClientBuilder maxPacket(int bytes) {
    if (bytes < 1 || bytes > ProtocolLimits.MAX_RAW_PACKET) {
      throw new IllegalArgumentException("a largest packet of " + bytes + " bytes");
    }
    this.maxPacket = bytes;
    return this;
  }

  /**
   * Trust and the client's own certificate, for {@code smqs} and {@code wss}; Java's default
   * context by default.
   */
  public SmqClientBuilder sslContext(SSLContext sslContext) {
    this.sslContext = Objects.requireNonNull(sslContext);
    return this;
  }

  /** Whether the certificate must be for the URL's host name; true by default. */
  public SmqClientBuilder verifyHost(boolean verifyHost) {
    this.verifyHost = verifyHost;
    return this;
  }

  /** A header of the HTTP request with which each connection starts, {@code Authorization} say. */
  public SmqClientBuilder header(String name, String value) {
    if ((name + value).chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException("control characters in header " + name);
    }
    headers.put(name, value);
    return this;
  }

  /**
   * Whether the raw transport asks for an HTTP answer in front of the first packet. True by
   * default: a broker that refuses can then say why.
   */
  public SmqClientBuilder httpAnswer(boolean httpAnswer) {
    this.httpAnswer = httpAnswer;
    return this;
  }

  /** Tries addresses in random order, to spread many clients; in the given order by default. */
  public SmqClientBuilder randomOrder(boolean randomOrder) {
    this.randomOrder = randomOrder;
    return this;
  }

  /** Finds the addresses of host names; the system's resolver by default. */
  public SmqClientBuilder resolver(HostResolver resolver) {
    this.resolver = Objects.requireNonNull(resolver);
    return this;
  }

  /** How long each step of connecting to one address may take; 5 s by default. */
  public SmqClientBuilder connectTimeout(Duration timeout) {
    this.connectTimeout = positive(timeout);
    return this;
  }

  /**
   * Silence after which the broker is pinged, 15 s by default, and the time it has to give a sign
   * of life, 5 s by default. A node that hangs is left after the sum of both. A broker that sends
   * all the time is pinged as often, for proxies that cut connections on which the client is
   * silent.
   */
  public SmqClientBuilder ping(Duration interval, Duration timeout) {
    this.pingInterval = positive(interval);
    this.pongTimeout = positive(timeout);
    return this;
  }

  /**
   * The wait between rounds of attempts: it starts at {@code first} (500 ms by default), doubles up
   * to {@code max} (30 s by default), and is cut at random by up to half. After a connection that
   * lasted 10 s the first wait is at most half of {@code first}.
   */
  public SmqClientBuilder backoff(Duration first, Duration max) {
    this.backoffFirst = positive(first);
    this.backoffMax = positive(max);
    return this;
  }

  /**
   * Messages that may wait to be sent, in bytes, and what publish does beyond; 1 MiB and {@code
   * BLOCK} by default. One message may always wait, whatever its size.
   */
  public SmqClientBuilder sendBuffer(int bytes, SendPolicy policy) {
    this.sendBuffer = positive(bytes);
    this.sendPolicy = Objects.requireNonNull(policy);
    return this;
  }

  /**
   * Whether messages wait in the send buffer while there is no connection; true by default. If not,
   * publish fails then.
   */
  public SmqClientBuilder queueOffline(boolean queueOffline) {
    this.queueOffline = queueOffline;
    return this;
  }

  /**
   * Received packets that may wait for the handlers, in bytes; 1 MiB by default. Beyond, the client
   * stops reading, and the broker's rules for slow clients apply.
   */
  public SmqClientBuilder receiveBuffer(int bytes) {
    this.receiveBuffer = positive(bytes);
    return this;
  }

  /**
   * Whether the client comes back after the broker sent it away, by Disconnect or by a refusal
   * other than "unavailable". False by default. A client whose UID was taken over never comes back.
   */
  public SmqClientBuilder persistent(boolean persistent) {
    this.persistent = persistent;
    return this;
  }

  /** Hears of connections. */
  public SmqClientBuilder listener(ConnectionListener listener) {
    this.listener = Objects.requireNonNull(listener);
    return this;
  }

  /** Makes the client; it starts to connect at once. */
  public SmqClient start() {
    SmqClient client =
        new SmqClient(
            new ClientOptions(
                addresses,
                randomOrder,
                resolver,
                new ClientOptions.Identity(uid, credentials, info, maxPacket),
                new ClientOptions.Link(
                    sslContext,
                    verifyHost,
                    Map.copyOf(headers),
                    httpAnswer,
                    connectTimeout,
                    pingInterval,
                    pongTimeout,
                    backoffFirst,
                    backoffMax),
                new ClientOptions.Buffers(sendBuffer, sendPolicy, queueOffline, receiveBuffer),
                persistent),
            started -> new Notifier(listener, started));
    client.start();
    return client;
  }

  /** Tells a listener of the connections of its client. */
  private record Notifier(ConnectionListener listener, SmqClient client)
      implements Progress.Listener {

    @Override
    public void connected(boolean first) {
      if (first) {
        listener.onConnect(client);
      } else {
        listener.onReconnect(client);
      }
    }

    @Override
    public void disconnected(SmqException cause, boolean willReconnect) {
      listener.onDisconnect(client, cause, willReconnect);
    }

    @Override
    public void attemptFailed(String address, Exception cause) {
      listener.onAttemptFailed(client, address, cause);
    }
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
