package org.smqcluster.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.ProtocolLimits;

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
public final class SmqClient implements AutoCloseable {

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

  private final ClientOptions options;
  private final EventThread events;
  private final ClientState tables;
  private final ApplicationCalls session;
  private final Progress progress;
  private final ConnectionLoop loop;
  private final Thread reader;

  /**
   * Makes a client that is not started.
   *
   * @param listener makes what hears of this client's connections
   */
  SmqClient(ClientOptions options, Function<SmqClient, Progress.Listener> listener) {
    this.options = options;
    String name = "smq-" + options.identity().uid();
    this.events = new EventThread(name, options.buffers().receive());
    this.tables = new ClientState(options.buffers(), events);
    this.session = new ApplicationCalls(tables);
    this.progress = new Progress(listener.apply(this), tables, events);
    Connector connector = new Connector(options, tables::released);
    this.loop = new ConnectionLoop(options, connector, events, progress);
    this.reader = new Thread(loop, name + "-reader");
    this.reader.setDaemon(true);
  }

  void start() {
    events.start();
    reader.start();
  }

  /**
   * A client of the brokers at these URLs, to be tried in this order: {@code smq://} and {@code
   * smqs://} for the raw transport, plain and by TLS, {@code ws://} and {@code wss://} for
   * WebSocket. Each argument may hold several with commas between them. A host name stands for all
   * its addresses.
   *
   * @throws IllegalArgumentException if a URL is not understood
   */
  public static SmqClientBuilder builder(String... urls) {
    return new SmqClientBuilder(urls);
  }

  /** The ETID of the first connection, when it stands; fails if the client is closed before. */
  public CompletionStage<Integer> connected() {
    return progress.whenConnected();
  }

  /** Where this client is in its life now. */
  public State state() {
    return progress.isClosed()
        ? State.CLOSED
        : progress.isConnected() ? State.CONNECTED : State.CONNECTING;
  }

  /** This client's ETID on its newest connection, 0 before the first. */
  public int etid() {
    return progress.etid();
  }

  /** The URL of the newest connection, empty before the first. */
  public String address() {
    return progress.address();
  }

  /** This client's IP address as the broker sees it, empty before the first connection. */
  public String clientAddress() {
    return progress.clientAddress();
  }

  /** The UID that the builder was given, or made at random. */
  public String uid() {
    return options.identity().uid();
  }

  /** The TID of a topic, which is created if need be. */
  public CompletionStage<Integer> create(String topic) {
    return session.create(Sendable.name(topic));
  }

  /** The id of a sub-topic, which is created if need be. */
  public CompletionStage<Integer> createSub(String subtopic) {
    return session.createSub(Sendable.name(subtopic));
  }

  /** The name of a sub-topic that this client has used by name. */
  public Optional<String> subtopicName(int id) {
    return session.subtopicName(id);
  }

  /**
   * Subscribes to a topic: the handler gets the messages of all sub-topics that have no handler of
   * their own here. Several handlers of the same topic each get the message.
   *
   * @return the TID, when the broker has confirmed: what is published after that arrives
   */
  public CompletionStage<Integer> subscribe(String topic, MessageHandler handler) {
    return session.subscribe(Sendable.name(topic), null, Objects.requireNonNull(handler));
  }

  /** Subscribes to a topic for the messages of one sub-topic. */
  public CompletionStage<Integer> subscribe(String topic, String subtopic, MessageHandler handler) {
    return session.subscribe(
        Sendable.name(topic), Sendable.name(subtopic), Objects.requireNonNull(handler));
  }

  /**
   * Takes the messages to this client's own ETID that have no handler by their sub-topic and answer
   * no request. Needs nothing from the broker.
   */
  public void subscribeDirect(MessageHandler handler) {
    session.subscribeDirect(null, Objects.requireNonNull(handler));
  }

  /** Takes the messages of one sub-topic to this client's own ETID, when the stage completes. */
  public CompletionStage<Void> subscribeDirect(String subtopic, MessageHandler handler) {
    return session.subscribeDirect(Sendable.name(subtopic), Objects.requireNonNull(handler));
  }

  /**
   * The messages of a topic as a publisher: each subscriber subscribes by itself. A subscriber
   * without demand holds up the client's event thread when 256 messages wait for it.
   */
  public Flow.Publisher<Message> messages(String topic) {
    return new TopicPublisher(session, events, Sendable.name(topic), null);
  }

  /** As {@link #messages(String)}, for one sub-topic. */
  public Flow.Publisher<Message> messages(String topic, String subtopic) {
    return new TopicPublisher(session, events, Sendable.name(topic), Sendable.name(subtopic));
  }

  /** Ends all subscriptions of this client to the topic. */
  public void unsubscribe(String topic) {
    session.unsubscribe(topic, null);
  }

  /** Takes one handler from a topic; with the last one the subscription ends. */
  public void unsubscribe(String topic, MessageHandler handler) {
    session.unsubscribe(topic, handler);
  }

  /**
   * Observes a topic by its TID, or a client by its ETID (SMQ section 3.7). The handler gets the
   * number of subscribers at once and at each change; of a client just 0, when it is gone.
   */
  public void observe(int id, IntConsumer handler) {
    session.observe(id, Objects.requireNonNull(handler));
  }

  /** Ends the observation of a topic or a client for all handlers. */
  public void unobserve(int id) {
    session.unobserve(id);
  }

  /**
   * Publishes to a topic.
   *
   * @param payload at most 65,520 bytes, must not be changed afterwards
   * @return completes when the message is handed to the connection; the protocol knows no receipt
   * @throws IllegalArgumentException if the payload is longer
   */
  public CompletionStage<Void> publish(String topic, byte[] payload) {
    return session.publish(Sendable.name(topic), 0, null, 0, checked(payload));
  }

  /** Publishes to a topic under a sub-topic; see {@link #publish(String, byte[])}. */
  public CompletionStage<Void> publish(String topic, String subtopic, byte[] payload) {
    return session.publish(Sendable.name(topic), 0, Sendable.name(subtopic), 0, checked(payload));
  }

  /** Publishes to a client by its ETID, or a topic by its TID. */
  public CompletionStage<Void> publish(int id, byte[] payload) {
    return session.publish(null, id, null, 0, checked(payload));
  }

  /** Publishes to an ETID or a TID under a sub-topic. */
  public CompletionStage<Void> publish(int id, String subtopic, byte[] payload) {
    return session.publish(null, id, Sendable.name(subtopic), 0, checked(payload));
  }

  /** Publishes to an ETID or a TID under a sub-topic by its id. */
  public CompletionStage<Void> publish(int id, int subtopicId, byte[] payload) {
    return session.publish(null, id, null, subtopicId, checked(payload));
  }

  /**
   * Asks a client, and awaits its reply: the next message from it to this client's ETID on the same
   * sub-topic, in the order of the requests. The other side answers by {@link #reply}.
   *
   * @param timeout from now, waiting for a connection or an id included
   * @return the reply; fails with {@link SmqException.Kind#TIMEOUT} if none comes in time
   */
  public CompletionStage<Message> request(
      int etid, String subtopic, byte[] payload, Duration timeout) {
    return session.request(null, etid, Sendable.name(subtopic), checked(payload), timeout);
  }

  /** As {@link #request(int, String, byte[], Duration)}, without a sub-topic. */
  public CompletionStage<Message> request(int etid, byte[] payload, Duration timeout) {
    return session.request(null, etid, null, checked(payload), timeout);
  }

  /** Asks the subscribers of a topic; the first reply of any of them counts. */
  public CompletionStage<Message> request(
      String topic, String subtopic, byte[] payload, Duration timeout) {
    return session.request(
        Sendable.name(topic), 0, Sendable.name(subtopic), checked(payload), timeout);
  }

  /** As {@link #request(String, String, byte[], Duration)}, without a sub-topic. */
  public CompletionStage<Message> request(String topic, byte[] payload, Duration timeout) {
    return session.request(Sendable.name(topic), 0, null, checked(payload), timeout);
  }

  /** Answers a message: to its publisher, on its sub-topic. */
  public CompletionStage<Void> reply(Message message, byte[] payload) {
    return publish(message.publisher(), message.subtopic(), payload);
  }

  private static byte[] checked(byte[] payload) {
    if (payload.length > ProtocolLimits.MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "payload of " + payload.length + " bytes, at most " + ProtocolLimits.MAX_PAYLOAD);
    }
    return payload;
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
    if (events.isCurrent()) {
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
      events.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      loop.abort();
      reader.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
