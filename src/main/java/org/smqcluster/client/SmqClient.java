package org.smqcluster.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.smqcluster.client.SmqException.Kind;

/**
 * A client of an SMQ broker, or of a cluster of them: it knows several addresses, and when a
 * connection is lost goes on at the next one, with its subscriptions and observations in place.
 *
 * <p><b>States.</b> {@code CONNECTING} from the start and after each loss, {@code CONNECTED} when
 * the broker has accepted the client and confirmed what was subscribed before, {@code CLOSED} at
 * the end: after {@link #close()}, when the broker sent the client away, or refused it, or when
 * another client took over its UID.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Handlers, listeners and the stages'
 * dependents run one at a time on the client's event thread, in the order in which things happened;
 * while one blocks, nothing else of this client is handled. Waiting for a stage there is refused by
 * an {@link IllegalStateException}. A client has two more threads, which read and write. All are
 * daemon threads.
 *
 * <p><b>Sending.</b> Messages leave in the order of the calls. A topic or sub-topic given by name
 * is created first if its id is not known; what is published in the meantime waits. A message that
 * was handed to a connection is lost with it: at most once.
 *
 * <p><b>Questions.</b> Subscribe and create stand until the broker has answered, over as many
 * connections as it takes. Their stages fail with an {@link SmqException} if the broker denies them
 * or the client is closed. All nodes of a cluster use the same ids.
 *
 * <p><b>Names.</b> A name of a topic or sub-topic that no packet can carry (with half of a
 * surrogate pair in it, or longer than 65,527 bytes of UTF-8) is refused by an {@link
 * IllegalArgumentException} at the caller; nothing has changed then. The broker may deny shorter
 * names.
 */
public final class SmqClient extends ClientCalls implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** Where a client is in its life. */
  public enum State {
    /** There is no connection; the client tries to get one. */
    CONNECTING,
    /** The broker has accepted the client. */
    CONNECTED,
    /** At the end; there is no way back. */
    CLOSED
  }

  /**
   * Hears of a client's connections, on the client's event thread. An exception is logged and harms
   * nothing else.
   */
  public interface Listener {

    /** The first connection stands. */
    default void onConnect(SmqClient client) {}

    /**
     * A later connection stands: subscriptions and observations are in place again. The ETID may be
     * another one; TIDs are the same on every node of a cluster.
     */
    default void onReconnect(SmqClient client) {}

    /**
     * A connection that stood is gone.
     *
     * @param willReconnect false if the client has given up or is closed
     */
    default void onDisconnect(SmqClient client, SmqException cause, boolean willReconnect) {}

    /** An address could not be connected to; the next one is tried. */
    default void onAttemptFailed(SmqClient client, String address, Exception cause) {}
  }

  /**
   * Collects the options of a client; every one but the addresses has a default. A value out of its
   * bounds is refused by an {@link IllegalArgumentException}. For one thread at a time; several
   * clients may be started by one builder.
   */
  public static final class Builder extends ClientOptions.Builder<Builder> {

    private Listener listener = new Listener() {};

    private Builder(String... urls) {
      super(urls);
    }

    /** Hears of connections. */
    public Builder listener(Listener listener) {
      this.listener = Objects.requireNonNull(listener);
      return this;
    }

    /** Makes the client; it starts to connect at once. */
    public SmqClient start() {
      SmqClient client = new SmqClient(options(), listener);
      client.tables.events.start();
      client.reader.start();
      return client;
    }
  }

  /** Tells a listener of the connections of its client. */
  private record Notifier(Listener listener, SmqClient client) implements Inbound.Listener {

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

  private final String uid;
  private final Inbound inbound;
  private final ConnectionLoop loop;
  private final Thread reader;

  private SmqClient(ClientOptions options, Listener listener) {
    super(new ClientState(options));
    this.uid = options.identity().uid();
    this.inbound = new Inbound(new Notifier(listener, this), tables);
    Connector connector = new Connector(options, tables::released);
    this.loop = new ConnectionLoop(options, connector, tables.events, inbound);
    this.reader = new Thread(loop, "smq-" + uid + "-reader");
    this.reader.setDaemon(true);
  }

  /**
   * A client of the brokers at these URLs, to be tried in this order: {@code smq://} and {@code
   * smqs://} for the raw transport, plain and by TLS, {@code ws://} and {@code wss://} for
   * WebSocket. Each argument may hold several with commas between them. A host name stands for all
   * its addresses.
   *
   * @throws IllegalArgumentException if a URL is not understood
   */
  public static Builder builder(String... urls) {
    return new Builder(urls);
  }

  /** The ETID of the first connection, when it stands; fails if the client is closed before. */
  public CompletionStage<Integer> connected() {
    return inbound.whenConnected();
  }

  /** Where this client is in its life now. */
  public State state() {
    return inbound.isClosed()
        ? State.CLOSED
        : inbound.isConnected() ? State.CONNECTED : State.CONNECTING;
  }

  /** This client's ETID on its newest connection, 0 before the first. */
  public int etid() {
    return inbound.newest().map(BrokerConnection::etid).orElse(0);
  }

  /** The URL of the newest connection, empty before the first. */
  public String address() {
    return inbound.newest().map(BrokerConnection::toString).orElse("");
  }

  /** This client's IP address as the broker sees it, empty before the first connection. */
  public String clientAddress() {
    return inbound.newest().map(BrokerConnection::clientAddress).orElse("");
  }

  /** The UID that the builder was given, or made at random. */
  public String uid() {
    return uid;
  }

  /**
   * The messages of a topic as a publisher: each subscriber subscribes by itself. A subscriber
   * without demand holds up the client's event thread when 256 messages wait for it.
   */
  public Flow.Publisher<Message> messages(String topic) {
    return new TopicPublisher(this, tables.events, Sendable.name(topic), null);
  }

  /** As {@link #messages(String)}, for one sub-topic. */
  public Flow.Publisher<Message> messages(String topic, String subtopic) {
    return new TopicPublisher(this, tables.events, Sendable.name(topic), Sendable.name(subtopic));
  }

  /**
   * Ends the client. What was handed to the connection is sent; what still waits for an id or a
   * connection fails. Waits for the broker to close the connection and for the last handler to
   * return, 2 s each at most; on the event thread it does not wait. Calling it again does nothing
   * but wait.
   */
  @Override
  public void close() {
    tables.close(new SmqException(Kind.CLOSED, "the client is closed"));
    loop.close();
    if (tables.events.isCurrent()) {
      Thread closer = new Thread(this::awaitEnd, reader.getName() + "-closer");
      closer.setDaemon(true);
      closer.start();
    } else {
      awaitEnd();
    }
  }

  private void awaitEnd() {
    try {
      reader.join(CLOSE_TIMEOUT.toMillis());
      loop.abort();
      reader.interrupt();
      tables.events.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      loop.abort();
      reader.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
