package org.smqcluster.broker;

import java.util.Optional;
import java.util.function.Predicate;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;

/**
 * The states of one client's session (SMQ section 3). The transport feeds it with packets, one at a
 * time; until the Connack they are the {@link ConnectHandshake}'s, then the {@link
 * ConnectedClient}'s. Answers and messages leave through the {@link Outbox}, which the transport
 * drains. What other threads may call says so.
 */
final class SessionLifecycle extends ClientSession implements Session, ConnectHandshake.Connecting {

  private enum State {
    HANDSHAKE,
    /** Its Connack is sent, and the application hears of it before anything else happens. */
    ADMITTED,
    CONNECTED,
    CLOSED
  }

  private final BrokerParts parts;
  private final ClientOutput output;
  private final ClientTopics clientTopics;

  private volatile State state = State.HANDSHAKE;

  /** Null once it is over; changed under the lock of this. */
  private volatile ConnectHandshake handshake;

  private volatile ConnectedClient connected;

  /** One of both. */
  private volatile SessionPhase phase;

  private final ClientMove move;
  private final SessionEnd ending;

  SessionLifecycle(
      BrokerParts parts,
      Connection connection,
      ConnectionInfo info,
      MemoryBudget.ClientMemory memory) {
    super(
        connection,
        info,
        memory,
        parts.clock(),
        parts.settings(),
        parts.admission().isLimited(info.address()),
        parts.metrics());
    this.parts = parts;
    this.output =
        new ClientOutput(
            this,
            connection,
            new Outbox(parts.outboxes(), connection::wake),
            parts.settings().outbox().policy(),
            parts.clock(),
            parts.metrics(),
            parts.log(),
            parts.refusals());
    this.clientTopics =
        new ClientTopics(
            output, parts.etidObservers(), () -> parts.adoption().changed(this), memory);
    this.handshake = new ConnectHandshake(this, this, parts);
    this.phase = handshake;
    this.move = new ClientMove(this, parts.sessions(), parts.cluster(), parts.parking());
    this.ending = new SessionEnd(this, move, parts.sessions(), connection, parts.hooks());
  }

  /** Sends Init: the transport is ready to take it. */
  void start() {
    answer(handshake.init());
  }

  @Override
  void reject(Refusal refusal) {
    inPhase(now -> now.reject(refusal));
  }

  /** Asks the phase of this moment, and the next one if it is over when it has been asked. */
  private void inPhase(Predicate<SessionPhase> question) {
    if (!question.test(phase)) {
      question.test(phase);
    }
  }

  @Override
  public void received(EncodedPacket encoded) {
    heard(encoded.messageLength());
    output.tapped(true, encoded);
    if (state == State.CONNECTED || !receivedEarly(encoded)) {
      connected.handle(encoded);
    }
  }

  /**
   * A packet that may have come before the client is connected; false if it is by now, or is let go
   * and publishes still.
   */
  private boolean receivedEarly(EncodedPacket encoded) {
    ConnectHandshake current;
    boolean kept;
    synchronized (this) {
      current = handshake;
      if (current == null) {
        return state != State.CONNECTED && !move.isParking();
      }
      kept = current.keep(encoded);
    }
    if (kept) {
      keep(encoded.rawLength());
    } else {
      current.first(encoded);
    }
    return true;
  }

  @Override
  public void rejected(MalformedPacketException malformed) {
    inPhase(now -> now.rejected(malformed));
  }

  @Override
  public void connectionLost(CloseReason reason, String detail) {
    end(reason, detail);
  }

  @Override
  public boolean admit(
      ClientEntry registered, Authentication authentication, Optional<ParkingPlace> before) {
    synchronized (this) {
      if (state == State.CLOSED) {
        return false;
      }
      admitted(registered, authentication);
      connected =
          new ConnectedClient(
              this,
              move,
              parts.topics(),
              parts.router(),
              parts.requests(),
              parts.metrics(),
              parts.hooks(),
              parts.refusals());
      // a message to an inherited ETID may come at once: not before the Connack, and not lost
      output.outbox().cork();
      answer(new Packet.Connack(ConnackCode.ACCEPTED, registered.etid(), ""));
      before.ifPresent(move::resume);
      parts.sessions().connected(registered.etid(), this);
      output.outbox().uncork();
      state = State.ADMITTED;
      phase = connected;
    }
    parts.hooks().connected(this);
    handleEarly();
    return true;
  }

  /**
   * Handles the packets that arrived before the Connack was sent, and reports an end that comes
   * meanwhile. Not under the lock: a packet's way leads to other sessions and the cluster.
   */
  private void handleEarly() {
    ConnectHandshake over = handshake;
    for (EncodedPacket packet = nextEarly(); packet != null; packet = nextEarly()) {
      handleEarly(packet);
    }
    over.resume();
    ending.tellEarly();
  }

  /** A failure ends the client: left halfway between states, it could never end. */
  private void handleEarly(EncodedPacket packet) {
    try {
      connected.handle(packet);
    } catch (RuntimeException | Error e) {
      InternalErrors.report("the handling of a packet", e);
      end(CloseReason.INTERNAL_ERROR, e.toString());
    }
  }

  /** The next packet that was kept; null if there is none left, and none will be kept. */
  private synchronized EncodedPacket nextEarly() {
    // what a client has sent that is let go meanwhile counts, too
    EncodedPacket packet =
        state == State.ADMITTED || move.isParking() ? handshake.nextEarly() : null;
    if (packet == null) {
      handshake = null;
      if (state == State.ADMITTED) {
        state = State.CONNECTED;
      }
    } else {
      memory().release(packet.rawLength());
    }
    return packet;
  }

  @Override
  public synchronized boolean refuse(Packet.Connack refusal) {
    boolean isConnecting = state == State.HANDSHAKE;
    if (isConnecting) {
      answer(refusal);
    }
    return isConnecting;
  }

  @Override
  Receiver receiver() {
    return move.receiver();
  }

  @Override
  void breach(Refusal refusal, CloseReason reason, String text) {
    if (state != State.CLOSED) {
      parts.refusals().refused(this, refusal, text);
      disconnect(reason, text);
    }
  }

  @Override
  public void recheckTopics() {
    ConnectedClient client = connected;
    if (client != null) {
      client.recheckTopics();
    }
  }

  @Override
  public void disconnect(CloseReason reason) {
    end(reason, "");
  }

  @Override
  public void disconnect(CloseReason reason, String text) {
    if (state != State.CLOSED) {
      ending.announce(reason, text);
      answer(new Packet.Disconnect(text));
    }
    end(reason, text);
  }

  @Override
  boolean isClosed() {
    return state == State.CLOSED;
  }

  @Override
  boolean isLeaving() {
    return move.isLeaving();
  }

  @Override
  void letGo() {
    move.letGo();
  }

  @Override
  void giveWay() {
    move.giveWay();
  }

  @Override
  boolean bypass() {
    return move.bypass();
  }

  @Override
  void end(CloseReason reason, String detail) {
    State last;
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      last = state;
      state = State.CLOSED;
      if (last == State.ADMITTED) {
        ending.endsEarly(reason, detail);
      } else {
        handshake = null;
      }
    }
    ending.run(reason, detail, last == State.CONNECTED);
  }

  @Override
  public void flushed() {
    ending.flushed();
  }

  @Override
  void tick(long now) {
    if (state != State.CLOSED) {
      phase.tick(now);
    }
  }

  @Override
  ClientOutput output() {
    return output;
  }

  @Override
  ClientTopics topics() {
    return clientTopics;
  }
}
