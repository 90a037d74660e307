package org.smqcluster.admin.api;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smqcluster.admin.access.AdminMechanism;
import org.smqcluster.admin.access.ClusterSessions;
import org.smqcluster.admin.problem.ApiException;

/**
 * Runs streams of Server-Sent Events, each on a thread of its own: a browser that does not read
 * delays no other. Their number is bounded. Thread-safe.
 */
@ApplicationScoped
public class LiveStreams {

  static final int MAX_STREAMS = 32;

  private static final Logger LOG = System.getLogger(LiveStreams.class.getName());
  private static final long WRITE_SECONDS = 20;
  private static final long PAUSE_MILLIS = 400;

  /** Well below the minute after which proxies give a silent connection up. */
  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LOGIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  @Inject private ClusterSessions logins;
  @Inject private AdminMechanism mechanism;

  @Resource private ManagedThreadFactory threads;
  private final Semaphore places = new Semaphore(MAX_STREAMS);
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  /** Where a stream gets its events from; called again and again, on the stream's thread. */
  @FunctionalInterface
  public interface Source {

    /** Sends what is new; returns whether the stream goes on. */
    boolean send(Writer writer) throws InterruptedException, ExecutionException, TimeoutException;
  }

  /** Where a stream goes, as its resource gets it. */
  public record Reader(
      SseEventSink sink, Sse sse, HttpServletRequest request, HttpServletResponse response) {}

  /**
   * Starts a stream; it ends when the browser goes, does not read, logs out, or the source says so.
   * Begins with a comment, and has one where nothing else was sent for ten seconds.
   *
   * @param whenDone is run when it has ended in order, not where the connection broke
   * @throws ApiException if there are too many
   */
  public void start(Reader reader, Source source, Runnable whenDone) {
    if (!places.tryAcquire()) {
      throw ApiException.unavailable(
          "This node serves " + MAX_STREAMS + " live streams already: close one, or ask another.");
    }
    try {
      begin(reader, source, whenDone);
    } catch (RuntimeException | Error e) {
      // the process may have no thread left
      places.release();
      throw e;
    }
  }

  private void begin(Reader reader, Source source, Runnable whenDone) {
    // nginx would keep the events until its buffer is full
    reader.response().setHeader("X-Accel-Buffering", "no");
    reader.response().setHeader("Cache-Control", "no-store");
    Login login = new Login(mechanism.token(reader.request()));
    threads.newThread(() -> run(reader, login, source, whenDone)).start();
  }

  private void run(Reader reader, Login login, Source source, Runnable whenDone) {
    running.add(Thread.currentThread());
    try (SseEventSink sink = reader.sink()) {
      Writer writer = new Writer(sink, reader.sse());
      OutboundSseEvent alive = reader.sse().newEventBuilder().comment("alive").build();
      writer.send(alive);
      while (!sink.isClosed()) {
        if (!source.send(writer)) {
          whenDone.run();
          return;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        if (login.isOver()) {
          whenDone.run();
          writer.send(reader.sse().newEvent("end", "{\"reason\":\"The login is over.\"}"));
          return;
        } else if (System.nanoTime() - writer.sentNanos >= ALIVE_NANOS) {
          writer.send(alive);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      // the usual end: the browser is gone
      LOG.log(Level.DEBUG, "A live stream ended", e);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "A live stream of the REST interface failed; its browser opens it again",
          e);
    } finally {
      running.remove(Thread.currentThread());
      places.release();
    }
  }

  /** Writes events, and knows when the last one was. Used by one thread. */
  public static final class Writer {

    private final SseEventSink sink;
    private final Sse sse;
    private long sentNanos;

    Writer(SseEventSink sink, Sse sse) {
      this.sink = sink;
      this.sse = sse;
    }

    /** Sends an event and waits until it is written. */
    void send(String name, String id, String data)
        throws InterruptedException, ExecutionException, TimeoutException {
      send(sse.newEventBuilder().name(name).id(id).data(data).build());
    }

    private void send(OutboundSseEvent event)
        throws InterruptedException, ExecutionException, TimeoutException {
      sink.send(event).toCompletableFuture().get(WRITE_SECONDS, TimeUnit.SECONDS);
      sentNanos = System.nanoTime();
    }
  }

  /** The login that a stream began with. One by user and password has no end. */
  private final class Login {

    private final Optional<String> token;
    private long checkedNanos = System.nanoTime();

    Login(Optional<String> token) {
      this.token = token;
    }

    boolean isOver() {
      if (token.isEmpty() || System.nanoTime() - checkedNanos < LOGIN_NANOS) {
        return false;
      }
      checkedNanos = System.nanoTime();
      return logins.find(token.get()).isEmpty();
    }
  }

  @PreDestroy
  void stop() {
    running.forEach(Thread::interrupt);
  }
}
