package org.smqcluster.cluster;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.smqcluster.cluster.NodeCodec.Held;
import org.smqcluster.log.Causes;

/**
 * Questions that one node asks another, for administration: rare, and never on a message's way. A
 * fork of the channel that the caches use; a message is {@code kind u8, number i64} and the bytes.
 * Questions and answers are bounded in bytes, open questions in number: each is whole in memory, on
 * both nodes. Thread-safe; nothing blocks but the channel's own flow control.
 */
public final class NodeRequests implements Receiver {

  /** A question could not be answered; the message says why. */
  public static final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Without a stack trace: in a storm of clients there are thousands a second. */
    Failed(String message) {
      super(message, null, false, false);
    }
  }

  /** Longest question and longest answer, in bytes; a longer one fails. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Questions that wait for an answer at most; further ones fail. */
  static final int MAX_PENDING = 1024;

  private static final Logger LOG = System.getLogger(NodeRequests.class.getName());

  /** Longest reason of a failure that is told, in characters. */
  private static final int MAX_REASON = 500;

  private static final int HEADER = 1 + Long.BYTES;
  private static final byte QUESTION = 0;
  private static final byte ANSWER = 1;
  private static final byte FAILURE = 2;

  private record Pending(int node, CompletableFuture<byte[]> answer) {}

  private final JChannel channel;
  private final String name;
  private final Members members;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();

  /** Questions that wait for their turn to be asked. */
  private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();

  private volatile Function<byte[], CompletionStage<byte[]>> handler =
      question -> CompletableFuture.failedStage(new Failed("this node answers nothing yet"));

  /** The channel is a fork, not connected yet; its name is the same on all nodes. */
  NodeRequests(JChannel channel, Members members, String name) {
    this.name = name;
    this.channel = channel;
    this.members = members;
  }

  void start() throws Exception {
    channel.setReceiver(this);
    channel.connect(name);
    members.watch(
        new NodeWatcher() {
          @Override
          public void left(NodeInfo node) {
            gone(node);
          }
        });
  }

  void stop() {
    channel.close();
    pending.values().forEach(each -> each.answer().completeExceptionally(new Failed("stopped")));
  }

  /**
   * Sets what answers questions, those of this node to itself too. Called on the cluster's threads:
   * must not block; the message of a stage that fails goes to the asking node.
   */
  public void handler(Function<byte[], CompletionStage<byte[]>> answers) {
    handler = answers;
  }

  /**
   * Asks a node, which may be this one.
   *
   * @param node its name
   * @return fails with {@link Failed} if there is no such node, it goes, it fails, the time is up,
   *     the question or its answer is longer than 4 MiB, or 1,024 questions wait already
   */
  public CompletionStage<byte[]> ask(String node, byte[] question, Duration atMost) {
    return pending.size() >= MAX_PENDING
        ? CompletableFuture.failedStage(
            new Failed("too many questions wait for other nodes; ask again later"))
        : askNow(node, question, atMost);
  }

  /**
   * As {@link #ask}, but waits while too many others do: the clients of a node that dies may come
   * all at once. The caller bounds how many wait.
   */
  CompletionStage<byte[]> askInTurn(String node, byte[] question, Duration atMost) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    waiting.add(turn);
    CompletionStage<byte[]> answer = turn.thenCompose(now -> askNow(node, question, atMost));
    nextInTurn();
    return answer;
  }

  private void nextInTurn() {
    while (pending.size() < MAX_PENDING) {
      CompletableFuture<Void> first = waiting.poll();
      if (first == null) {
        return;
      }
      first.complete(null);
    }
  }

  private CompletionStage<byte[]> askNow(String node, byte[] question, Duration atMost) {
    Held member = members.named(node);
    if (member == null) {
      return CompletableFuture.failedStage(new Failed("there is no node " + node));
    }
    if (member.info().id() == members.self()) {
      return bounded(question);
    }
    if (question.length > MAX_BYTES) {
      return CompletableFuture.failedStage(tooLong("question", question.length));
    }
    long number = numbers.incrementAndGet();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    pending.put(number, new Pending(member.info().id(), answer));
    send(member.address(), QUESTION, number, question);
    if (!members.isLive(member.info().id())) {
      gone(member.info());
    }
    CompletableFuture<byte[]> timeout = new CompletableFuture<byte[]>();
    timeout
        .completeOnTimeout(new byte[0], atMost.toMillis(), TimeUnit.MILLISECONDS)
        .thenRun(() -> answer.completeExceptionally(new Failed(node + " does not answer")));
    return answer.whenComplete(
        (bytes, failure) -> {
          pending.remove(number);
          timeout.cancel(false);
          nextInTurn();
        });
  }

  private CompletionStage<byte[]> bounded(byte[] question) {
    CompletionStage<byte[]> answered;
    try {
      answered = handler.apply(question);
    } catch (RuntimeException | Error e) {
      // such as a question that only later versions know
      answered = CompletableFuture.failedStage(e);
    }
    return answered.thenApply(
        answer -> {
          if (answer.length > MAX_BYTES) {
            throw tooLong("answer", answer.length);
          }
          return answer;
        });
  }

  private static Failed tooLong(String what, int bytes) {
    return new Failed(
        "the " + what + " has " + bytes + " bytes, more than the " + MAX_BYTES + " allowed");
  }

  private void gone(NodeInfo node) {
    pending.values().stream()
        .filter(each -> each.node() == node.id())
        .forEach(each -> each.answer().completeExceptionally(new Failed(node.name() + " is gone")));
  }

  private void send(Address to, byte kind, long number, byte[] bytes) {
    byte[] message =
        ByteBuffer.allocate(HEADER + bytes.length).put(kind).putLong(number).put(bytes).array();
    try {
      channel.send(new BytesMessage(to, message));
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "Cannot send to node {0}: {1}", to, e);
    }
  }

  // ---- JGroups' threads

  @Override
  public void receive(Message message) {
    ByteBuffer in = ByteBuffer.wrap(message.getArray(), message.getOffset(), message.getLength());
    if (in.remaining() < HEADER) {
      LOG.log(Level.WARNING, "Dropped an incomplete request from node {0}", message.getSrc());
      return;
    }
    byte kind = in.get();
    long number = in.getLong();
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    if (kind == QUESTION) {
      answer(message.getSrc(), number, bytes);
      return;
    }
    Pending asked = pending.get(number);
    if (asked == null) {
      return;
    }
    if (kind == ANSWER) {
      asked.answer().complete(bytes);
    } else if (kind == FAILURE) {
      asked.answer().completeExceptionally(new Failed(new String(bytes, StandardCharsets.UTF_8)));
    } else {
      asked.answer().completeExceptionally(new Failed("its answer has the unknown kind " + kind));
    }
  }

  private void answer(Address to, long number, byte[] question) {
    bounded(question)
        .whenComplete(
            (bytes, failure) -> {
              if (failure == null) {
                send(to, ANSWER, number, bytes);
              } else {
                send(to, FAILURE, number, reason(failure).getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  private static String reason(Throwable failure) {
    String text = String.valueOf(Causes.unwrapped(failure).getMessage());
    return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
  }
}
