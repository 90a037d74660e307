package org.smqcluster.broker.outbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.smqcluster.protocol.EncodedPacket;

/**
 * The packets that wait for one receiver, a client or another node, bounded in bytes. Any thread
 * offers; one writer polls, writes as much as it likes at once, and reports what is written. The
 * lock guards the queue alone and is never held while something is sent.
 *
 * <p>An outbox fills for one of two reasons. The node or its network is overloaded: then publishers
 * pause before anything is dropped, see {@link Offer#CONGESTED}. Or the receiver does not read, or
 * too slowly: then it is {@link #peerStalled stalled}, no publisher waits for it, and messages that
 * do not fit are dropped.
 */
public final class Outbox {

  /** Bytes beyond the bound that are kept for answers, such as Suback and Change. */
  public static final int ANSWER_RESERVE = 64 * 1024;

  /** Bytes that a queued packet costs beside its own: its slot here. */
  private static final int SLOT = 8;

  /** The budget is told of each further 16 KiB between two looks at all outboxes. */
  private static final int STEP_BITS = 14;

  private static final int FIRST_CAPACITY = 4;

  /** The largest array that an empty outbox keeps. */
  private static final int KEPT_CAPACITY = 32;

  private static final EncodedPacket[] EMPTY = {};

  /** What became of a packet that was offered. */
  public enum Offer {
    ACCEPTED,
    /** Accepted, but the writer is behind: the publisher should pause. */
    CONGESTED,
    /** Dropped: the receiver does not read and the outbox is full. */
    FULL,
    /** Dropped: longer than the receiver can take. */
    TOO_LARGE,
    /** Dropped: the receiver is gone. */
    CLOSED
  }

  private final OutboxBudget budget;
  private final Runnable wake;

  private EncodedPacket[] incoming = EMPTY;
  private int incomingSize;
  private long bytes;
  private boolean awake;
  private boolean corked;
  private boolean closed;
  private int maxMessage = Integer.MAX_VALUE;
  private long dropped;
  private long accepted;
  private long acceptedBytes;
  private final BackPressure pressure = new BackPressure();

  // the writer's own: what it took from incoming and has not polled yet
  private EncodedPacket[] outgoing = EMPTY;
  private int outgoingSize;
  private int outgoingNext;

  /**
   * Makes an outbox.
   *
   * @param maxBytes the bound: bytes queued or given to the writer but not yet written
   * @param wake tells the writer that the outbox is no longer empty; called outside the lock, by
   *     the thread that offered
   */
  public Outbox(long maxBytes, Runnable wake) {
    this(new OutboxBudget(maxBytes, Long.MAX_VALUE), wake);
  }

  /** Makes an outbox whose bound is that of all which share the budget. */
  public Outbox(OutboxBudget budget, Runnable wake) {
    this.budget = budget;
    this.wake = wake;
  }

  /** Packets with more than this many bytes of type and body are refused from now on. */
  public synchronized void limitMessage(int bytes) {
    maxMessage = bytes;
  }

  /** Offers a message, which may be dropped. Never blocks. */
  public Offer offer(EncodedPacket packet) {
    return offer(packet, 0);
  }

  /** Offers an answer or a notice, which may use the reserve. Never blocks. */
  public Offer offerAnswer(EncodedPacket packet) {
    return offer(packet, ANSWER_RESERVE);
  }

  private Offer offer(EncodedPacket packet, long reserve) {
    int size = packet.rawLength() + SLOT;
    long bound = budget.bound() + reserve;
    Offer result = Offer.ACCEPTED;
    synchronized (this) {
      if (closed) {
        return Offer.CLOSED;
      }
      if (packet.messageLength() > maxMessage) {
        dropped++;
        return Offer.TOO_LARGE;
      }
      long after = bytes + size;
      if (after > bound / 2) {
        if (!pressure.isStalled() && after <= 2 * (budget.maxBytes() + reserve)) {
          result = Offer.CONGESTED;
        } else if (after > bound) {
          dropped++;
          return Offer.FULL;
        }
      }
      changeTo(after);
      accepted++;
      acceptedBytes += packet.rawLength();
      if (incomingSize == incoming.length) {
        incoming = Arrays.copyOf(incoming, Math.max(FIRST_CAPACITY, incomingSize * 2));
      }
      incoming[incomingSize++] = packet;
      if (awake || corked) {
        return result;
      }
      awake = true;
    }
    wake.run();
    return result;
  }

  /** Tells the budget in steps only: most outboxes never hold as much as one. */
  private void changeTo(long now) {
    long steps = (now >> STEP_BITS) - (bytes >> STEP_BITS);
    bytes = now;
    if (steps != 0) {
      budget.moved(steps << STEP_BITS);
    }
  }

  /** The writer gets nothing that is offered from now on, until {@link #uncork}. */
  public synchronized void cork() {
    corked = true;
  }

  /** The writer gets what has been offered meanwhile, in its order. */
  public void uncork() {
    synchronized (this) {
      corked = false;
      if (awake || incomingSize == 0) {
        return;
      }
      awake = true;
    }
    wake.run();
  }

  /**
   * Writer: the next packet, without taking it; null if there is none. After a null the outbox is
   * asleep, and the next offer wakes the writer again.
   */
  public EncodedPacket peek() {
    return outgoingNext < outgoingSize || refill() ? outgoing[outgoingNext] : null;
  }

  /** Writer: takes the next packet, or null as {@link #peek}. */
  public EncodedPacket poll() {
    EncodedPacket packet = peek();
    if (packet != null) {
      outgoing[outgoingNext++] = null;
    }
    return packet;
  }

  private boolean refill() {
    synchronized (this) {
      if (corked) {
        awake = false;
        return false;
      }
      if (incomingSize == 0) {
        awake = false;
        // one array is kept for the next time, if it is not too large
        if (outgoing.length > incoming.length && outgoing.length <= KEPT_CAPACITY) {
          incoming = outgoing;
        } else if (incoming.length > KEPT_CAPACITY) {
          incoming = EMPTY;
        }
        outgoing = EMPTY;
        outgoingSize = 0;
        outgoingNext = 0;
        return false;
      }
      EncodedPacket[] spare = outgoing;
      outgoing = incoming;
      outgoingSize = incomingSize;
      outgoingNext = 0;
      incoming = spare;
      incomingSize = 0;
      return true;
    }
  }

  /**
   * Writer: polled packets have been written, or given up.
   *
   * @param packets how many
   * @param rawBytes the sum of their {@link EncodedPacket#rawLength()}
   */
  public void written(int packets, long rawBytes) {
    List<Pausable> resume;
    synchronized (this) {
      changeTo(bytes - rawBytes - (long) packets * SLOT);
      pressure.taken(rawBytes);
      if (bytes > budget.bound() / 4) {
        return;
      }
      resume = pressure.caughtUp();
    }
    resume.forEach(Pausable::resume);
  }

  /**
   * Writer: whether the connection takes nothing at the moment. That happens to a receiver that
   * reads as fast as it can, too; {@link #tick} tells the two apart.
   */
  public synchronized void blocked(boolean now) {
    pressure.blocked(now);
  }

  /**
   * Writer: whether the receiver has stopped reading, so that what waits here waits for it and not
   * for this node. A stalled receiver pauses no publisher. For writers that know; others say {@link
   * #blocked} and leave it to {@link #tick}.
   */
  public void peerStalled(boolean stalled) {
    List<Pausable> resume;
    synchronized (this) {
      resume = pressure.stalled(stalled);
    }
    resume.forEach(Pausable::resume);
  }

  /**
   * Looks at the clock while publishers wait: a receiver that is blocked and has taken next to
   * nothing for a while counts as stalled until it has caught up. Any thread, a few times a second.
   *
   * @return whether publishers still wait
   */
  public boolean tick(long now) {
    List<Pausable> resume;
    boolean wait;
    synchronized (this) {
      resume = pressure.tick(now);
      wait = pressure.isOn();
    }
    resume.forEach(Pausable::resume);
    return wait;
  }

  /**
   * Pauses a publisher until the outbox has drained to a quarter, its receiver stalls, or it is
   * closed. A publisher is paused at most once by each outbox.
   *
   * @return whether this is the first to wait: then {@link #tick} must be called while it does
   */
  public synchronized boolean pause(Pausable publisher) {
    // inside the lock, so that no resume can come before its pause
    return !closed && bytes > budget.bound() / 4 && pressure.pause(publisher);
  }

  /**
   * Nothing more is accepted; what is queued can still be polled.
   *
   * @return false if it was closed before
   */
  public boolean close() {
    List<Pausable> resume;
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
      resume = pressure.release();
    }
    resume.forEach(Pausable::resume);
    return true;
  }

  /**
   * What was not written when the connection ended; the writer has ended with it.
   *
   * @return in the order offered
   */
  public synchronized List<EncodedPacket> unwritten() {
    List<EncodedPacket> left = new ArrayList<>();
    for (int i = outgoingNext; i < outgoingSize; i++) {
      left.add(outgoing[i]);
    }
    left.addAll(Arrays.asList(incoming).subList(0, incomingSize));
    return left;
  }

  /** Whether the receiver is known not to read what waits. */
  public synchronized boolean isStalled() {
    return pressure.isStalled();
  }

  /** Bytes queued or being written. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Packets accepted so far. */
  public synchronized long accepted() {
    return accepted;
  }

  /** Bytes of the packets accepted so far, each as long as its raw form. */
  public synchronized long acceptedBytes() {
    return acceptedBytes;
  }

  /** Packets dropped so far, because the outbox was full or the receiver cannot take them. */
  public synchronized long dropped() {
    return dropped;
  }
}
