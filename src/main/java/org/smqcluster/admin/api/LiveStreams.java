package org.smqcluster.admin.api;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smqcluster.admin.problem.ApiException;

/**
 * Runs streams of Server-Sent Events, each on a thread of its own: a browser that does not read
 * delays no other. Their number is bounded. Thread-safe.
 */
@ApplicationScoped
public class LiveStreams {

  /** Most streams at a time. */
  static final int MAX_STREAMS = 32;

  private static final Logger LOG = System.getLogger(LiveStreams.class.getName());
  private static final long WRITE_SECONDS = 20;
  private static final long PAUSE_MILLIS = 400;

  @Resource private ManagedThreadFactory threads;
  private final Semaphore places = new Semaphore(MAX_STREAMS);
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  /** Where a stream gets its events from; called again and again, on the stream's thread. */
  @FunctionalInterface
  public interface Source {

    /**
     * Sends what is new.
     *
     * @return whether the stream goes on
     */
    boolean send(Sink sink) throws InterruptedException, ExecutionException, TimeoutException;
  }

  /** Where a stream's events go. */
  @FunctionalInterface
  public interface Sink {

    /** Sends an event and waits until it is written. */
    void send(OutboundSseEvent event)
        throws InterruptedException, ExecutionException, TimeoutException;
  }

  /**
   * Starts a stream; it ends when the browser goes, does not read, or the source says so.
   *
   * @param atEnd is run when it has ended
   * @throws ApiException if there are too many
   */
  public void start(SseEventSink sink, Source source, Runnable atEnd) {
    if (!places.tryAcquire()) {
      throw ApiException.unavailable(
          "This node serves " + MAX_STREAMS + " live streams already: close one, or ask another.");
    }
    Thread thread = threads.newThread(() -> run(sink, source, atEnd));
    running.add(thread);
    thread.start();
  }

  private void run(SseEventSink sink, Source source, Runnable atEnd) {
    try (sink) {
      Sink writing =
          event -> sink.send(event).toCompletableFuture().get(WRITE_SECONDS, TimeUnit.SECONDS);
      while (!sink.isClosed() && source.send(writing)) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      // the usual end: the browser is gone
      LOG.log(Level.DEBUG, "A live stream ended", e);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A live stream failed", e);
    } finally {
      running.remove(Thread.currentThread());
      places.release();
      atEnd.run();
    }
  }

  @PreDestroy
  void stop() {
    running.forEach(Thread::interrupt);
  }
}
