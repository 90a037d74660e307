package org.smqcluster.broker;

import java.util.concurrent.atomic.AtomicReference;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.InternalErrors;

/** How a client's session ends: why, in which steps, and until its connection has been flushed. */
final class SessionEnd {

  private record Cause(CloseReason reason, String detail) {}

  private enum Flushing {
    WAITS,
    DONE
  }

  private final ClientSession session;
  private final ClientMove move;
  private final SessionRegistry sessions;
  private final Connection connection;
  private final BrokerHooks hooks;

  /** Null while the client is there. */
  private final AtomicReference<Flushing> flushing = new AtomicReference<>();

  /** Why the broker ends it, once the client may know: its own close may be faster. */
  private volatile Cause announced;

  /** Why it ended while the application was hearing that the client is there. */
  private volatile Cause early;

  SessionEnd(
      ClientSession session,
      ClientMove move,
      SessionRegistry sessions,
      Connection connection,
      BrokerHooks hooks) {
    this.session = session;
    this.move = move;
    this.sessions = sessions;
    this.connection = connection;
    this.hooks = hooks;
  }

  /** The client is told why it ends: whatever is seen of the end, this is the reason. */
  void announce(CloseReason reason, String text) {
    announced = new Cause(reason, text);
  }

  private Cause cause(CloseReason seenReason, String seenDetail) {
    Cause told = announced;
    return told == null ? new Cause(seenReason, seenDetail) : told;
  }

  /** The session ends while the application hears of its start: {@link #tellEarly} follows. */
  void endsEarly(CloseReason seenReason, String seenDetail) {
    early = cause(seenReason, seenDetail);
  }

  /** Tells the application of an end that was early. */
  void tellEarly() {
    Cause ended = early;
    if (ended != null) {
      hooks.disconnected(session, ended.reason(), ended.detail());
    }
  }

  /**
   * Ends the session, once; no lock is held.
   *
   * @param heardOf whether the application has heard that the client is there
   */
  void run(CloseReason seenReason, String seenDetail, boolean heardOf) {
    Cause cause = cause(seenReason, seenDetail);
    InternalErrors.contain(
        "the end of a client's session",
        () -> move.end(cause.reason()),
        session.outbox()::close,
        this::closing,
        () -> connection.close(cause.reason()),
        session.topics()::close,
        () -> move.close(session.memory()),
        () -> sessions.closed(session),
        () -> move.unregister(cause.reason()),
        () -> tell(heardOf, cause));
  }

  private void tell(boolean heardOf, Cause cause) {
    if (heardOf) {
      hooks.disconnected(session, cause.reason(), cause.detail());
    }
  }

  /** Its transport may tell {@link #flushed} from now on, or has already. */
  private void closing() {
    sessions.flushing(1);
    if (!flushing.compareAndSet(null, Flushing.WAITS)) {
      sessions.flushing(-1);
    }
  }

  /** The connection is closed, and its writer has ended. */
  void flushed() {
    move.flushed();
    if (flushing.getAndSet(Flushing.DONE) == Flushing.WAITS) {
      sessions.flushing(-1);
    }
  }
}
