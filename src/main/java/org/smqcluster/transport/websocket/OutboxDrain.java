package org.smqcluster.transport.websocket;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.InternalErrors;

/**
 * The one writer of a client's outbox: all packets that wait leave in one write, and the next write
 * begins when the last is done, so that nothing piles up in the server for a peer that does not
 * read. Runs on whatever thread woke it or on the pool's; {@link #work} sees to it that it is one
 * at a time.
 */
final class OutboxDrain implements Runnable, FrameSocket.Completion {

  /** Writes that one connection may do before others get their turn. */
  private static final int WRITES_A_TURN = 16;

  private enum Write {
    /** Handed to the socket, which has not returned yet. */
    STARTED,
    /** The socket has returned and the write is not done: the peer does not read. */
    UNFINISHED,
    /** As before, and the outbox knows; the thread that ends the write runs the writer again. */
    PARKED,
    DONE
  }

  private final FrameSocket socket;
  private final Executor pool;
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicReference<Write> write = new AtomicReference<>(Write.DONE);
  private final AtomicReference<byte[]> pong = new AtomicReference<>();
  private Outbox outbox;
  private FrameSocket.Batch batch;
  private volatile Throwable failure;
  private volatile Runnable whenEmpty;

  /**
   * @param socket where packets go
   * @param pool runs the writer when it is woken outside of a {@link WriteBatch}, and after a wait
   */
  OutboxDrain(FrameSocket socket, Executor pool) {
    this.socket = socket;
    this.pool = pool;
  }

  /** Gives the outbox to drain, before the first wake. */
  void drain(Outbox from) {
    outbox = from;
  }

  /** Called when something waits to be written. Any thread; never blocks. */
  void wake() {
    if (work.getAndIncrement() == 0 && !WriteBatch.add(this)) {
      pool.execute(this);
    }
  }

  /** Answers a ping; of several that wait, the last (RFC 6455 section 5.5.3). */
  void pong(byte[] payload) {
    pong.set(payload);
    wake();
  }

  /** Runs an action once all that waits is written; not at all if that never happens. */
  void whenEmpty(Runnable action) {
    whenEmpty = action;
    wake();
  }

  /** Drains; only for the thread that raised {@link #work} from 0. */
  @Override
  public void run() {
    try {
      drainAll();
    } catch (RuntimeException | Error e) {
      // nothing wakes this writer again: its client would wait for ever
      InternalErrors.report("the writing to a client", e);
      socket.abort();
    }
  }

  private void drainAll() {
    int seen;
    do {
      seen = work.get();
      if (!drain()) {
        return;
      }
      Runnable last = whenEmpty;
      if (last != null) {
        // work stays above 0: the writer never runs again
        last.run();
        return;
      }
    } while (!work.compareAndSet(seen, 0));
  }

  /** Writes until nothing waits; false if it goes on later, or never. */
  private boolean drain() {
    if (batch != null && !finish()) {
      return false;
    }
    for (int writes = 0; writes < WRITES_A_TURN; writes++) {
      batch = socket.take(outbox, pong.getAndSet(null));
      if (batch == null) {
        return true;
      }
      write.set(Write.STARTED);
      try {
        socket.write(batch, this);
      } catch (RuntimeException e) {
        failed(e);
      }
      if (write.compareAndSet(Write.STARTED, Write.UNFINISHED)) {
        outbox.blocked(true);
        if (write.compareAndSet(Write.UNFINISHED, Write.PARKED)) {
          return false;
        }
        outbox.blocked(false);
      }
      if (!finish()) {
        return false;
      }
    }
    pool.execute(this);
    return false;
  }

  /** The write is done; false if it failed, and with it the connection. */
  private boolean finish() {
    FrameSocket.Batch done = batch;
    batch = null;
    outbox.written(done.packets(), done.rawBytes());
    if (failure != null) {
      socket.abort();
      return false;
    }
    return true;
  }

  @Override
  public void written() {
    if (write.getAndSet(Write.DONE) == Write.PARKED) {
      pool.execute(this::resume);
    }
  }

  @Override
  public void failed(Throwable cause) {
    failure = cause;
    written();
  }

  private void resume() {
    outbox.blocked(false);
    run();
  }
}
