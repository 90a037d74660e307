package org.smqcluster.broker;

import java.util.Optional;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
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

  private final SessionParts parts;
  private final SessionRegistry sessions;
  private final BrokerHooks hooks;
  private final Refusals refusals;
  private final ClientOutput output;
  private final ClientTopics clientTopics;
  private final PauseCounter pauses;
  private final ClientActivity activity;
  private final ClientCharges charges;

  private volatile State state = State.HANDSHAKE;

  /** Null once it is over; changed under the lock of this. */
  private volatile ConnectHandshake handshake;

  private volatile ConnectedClient connected;

  /** One of both. */
  private volatile SessionPhase phase;

  private final ClientMove move;
  private final SessionEnd ending;

  SessionLifecycle(
      SessionParts parts,
      SessionRegistry sessions,
      BrokerHooks hooks,
      Refusals refusals,
      Connection connection,
      ConnectionInfo connectionInfo,
      MemoryBudget.ClientMemory memory) {
    super(connectionInfo, memory);
    this.charges = new ClientCharges(memory, this::reject);
    this.parts = parts;
    this.sessions = sessions;
    this.hooks = hooks;
    this.refusals = refusals;
    this.output = parts.output(this, connection);
    this.clientTopics = parts.topics(this);
    this.pauses = parts.pauses(connection);
    this.handshake = parts.handshake(this, this);
    this.phase = handshake;
    this.activity = parts.activity(this);
    this.move = parts.move(this);
    this.ending = new SessionEnd(this, move, sessions, connection, hooks);
  }

  /** Sends Init: the transport is ready to take it. */
  void start() {
    answer(handshake.init());
  }

  /** See {@link SessionPhase#reject}. */
  void reject(Refusal refusal) {
    phase.reject(refusal);
  }

  @Override
  public void received(EncodedPacket encoded) {
    activity.received(encoded.messageLength());
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
  public void partial(int bytes) {
    charges.partial(bytes);
  }

  @Override
  boolean keep(int bytes) {
    return charges.keep(bytes);
  }

  @Override
  public void rejected(MalformedPacketException malformed) {
    phase.rejected(malformed);
  }

  @Override
  public void connectionLost(CloseReason reason, String detail) {
    end(reason, detail);
  }

  @Override
  public boolean admit(ClientEntry registered, Authentication why, Optional<ParkingPlace> before) {
    synchronized (this) {
      if (state == State.CLOSED) {
        return false;
      }
      admitted(registered, why);
      connected = parts.connected(this, move, registered.etid());
      // a message to an inherited ETID may come at once: not before the Connack, and not lost
      output.outbox().cork();
      answer(new Packet.Connack(ConnackCode.ACCEPTED, registered.etid(), ""));
      before.ifPresent(move::resume);
      sessions.connected(registered.etid(), this);
      output.outbox().uncork();
      state = State.ADMITTED;
      phase = connected;
    }
    hooks.connected(this);
    return true;
  }

  @Override
  public void handleEarly(EncodedPacket packet) {
    try {
      connected.handle(packet);
    } catch (RuntimeException | Error e) {
      InternalErrors.report("the handling of a packet", e);
      end(CloseReason.INTERNAL_ERROR, e.toString());
    }
  }

  @Override
  public synchronized EncodedPacket nextEarly() {
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
  public void earlyHandled() {
    ending.tellEarly();
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
  public void pause() {
    pauses.pause();
  }

  @Override
  public void resume() {
    pauses.resume();
  }

  @Override
  void breach(Refusal refusal, CloseReason reason, String text) {
    if (state != State.CLOSED) {
      refusals.refused(this, refusal, text);
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
  boolean waitsForFlush() {
    return ending.waitsForFlush();
  }

  @Override
  void tick(long now) {
    if (state != State.CLOSED) {
      phase.tick(now);
    }
  }

  @Override
  boolean isPaused() {
    return pauses.isPaused();
  }

  @Override
  ClientOutput output() {
    return output;
  }

  @Override
  ClientActivity activity() {
    return activity;
  }

  @Override
  ClientTopics topics() {
    return clientTopics;
  }
}
