package org.smqcluster.transport.websocket;

import jakarta.websocket.CloseReason.CloseCodes;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * One client's WebSocket between its socket and its {@link Session}: frames become packets, what
 * the broker decides becomes writes, pauses and a close frame. Frames come from one thread at a
 * time, the rest is for any.
 */
final class WebSocketConnection implements Connection, FrameListener {

  private static final LimitedLog LOG = new LimitedLog(WebSocketConnection.class);

  /** Time that a closing client gets to take what waits for it (SMQ section 6). */
  private static final long DRAIN_SECONDS = 1;

  private final SessionAcceptor broker;
  private final Executor pool;
  private final ScheduledExecutorService timer;
  private final AtomicReference<CloseReason> closing = new AtomicReference<>();
  private final AtomicBoolean gone = new AtomicBoolean();
  private FrameSocket socket;
  private OutboxDrain writer;
  private Session client;
  private volatile int peerCode;
  private volatile ScheduledFuture<?> impatience;

  /**
   * @param pool writes where no reading thread does
   * @param timer runs short tasks that do not block
   */
  WebSocketConnection(SessionAcceptor broker, Executor pool, ScheduledExecutorService timer) {
    this.broker = broker;
    this.pool = pool;
    this.timer = timer;
  }

  /** Opens the connection: the broker sends Init and receives what is read from now on. */
  void open(ConnectionInfo info, FrameSocket frames) {
    socket = frames;
    writer = new OutboxDrain(frames, pool);
    read(
        () ->
            broker.accept(
                this,
                info,
                accepted -> {
                  client = accepted;
                  writer.drain(accepted.outbox());
                }));
  }

  // ---- what the broker calls

  @Override
  public void wake() {
    writer.wake();
  }

  @Override
  public void pauseReading() {
    if (closing.get() == null) {
      socket.pauseReading();
    }
  }

  @Override
  public void resumeReading() {
    socket.resumeReading();
  }

  @Override
  public int extraBytes() {
    return socket.extraBytes();
  }

  @Override
  public void close(CloseReason reason) {
    if (gone.get() || !closing.compareAndSet(null, reason)) {
      return;
    }
    // what comes from now on is discarded, up to the peer's close frame
    socket.resumeReading();
    impatience = timer.schedule(socket::abort, DRAIN_SECONDS, TimeUnit.SECONDS);
    writer.whenEmpty(this::sendClose);
  }

  private void sendClose() {
    ScheduledFuture<?> timeout = impatience;
    if (timeout != null) {
      timeout.cancel(false);
    }
    CloseReason reason = closing.get();
    int code = peerCode == 0 ? reason.webSocketCode() : peerCode;
    String phrase = peerCode == 0 ? reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') : "";
    socket.close(code, phrase);
  }

  // ---- what the container calls

  /** The connection has ended; either side may have closed it. */
  void closed(String detail) {
    // a session that could not be opened has no client
    if (client != null && gone.compareAndSet(false, true)) {
      CloseReason reason = closing.get();
      InternalErrors.contain(
          "the end of a connection",
          () ->
              client.connectionLost(reason == null ? CloseReason.CONNECTION_LOST : reason, detail),
          client::flushed);
    }
  }

  /** Closes the client after an internal error in the handling of a packet. */
  void failed(Throwable defect) {
    LOG.log(
        Level.ERROR,
        defect,
        "A packet of client {0} (etid {1,number,#}) could not be handled; the client is closed",
        client.uid(),
        client.etid());
    client.disconnect(CloseReason.INTERNAL_ERROR, "internal error");
  }

  // ---- what is read

  @Override
  public void read(Runnable decoding) {
    WriteBatch.run(decoding);
  }

  @Override
  public void message(byte[] rawPacket) {
    try {
      client.received(EncodedPacket.ofRaw(rawPacket));
    } catch (MalformedPacketException e) {
      client.rejected(e);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  @Override
  public void partial(int bytes) {
    client.partial(bytes);
  }

  @Override
  public void tooLong() {
    client.rejected(new MalformedPacketException(MalformedPacketException.Reason.TOO_LONG));
  }

  @Override
  public void ping(byte[] payload) {
    writer.pong(payload);
  }

  @Override
  public void closed(int code) {
    peerCode = code == NO_CODE ? CloseCodes.NORMAL_CLOSURE.getCode() : code;
    socket.peerClosed();
    client.connectionLost(CloseReason.CONNECTION_LOST, "close frame " + code);
  }

  @Override
  public void violation(String rule) {
    broker.metrics().refused(Refusal.MALFORMED_PACKET);
    client.disconnect(CloseReason.PROTOCOL_ERROR, rule);
  }
}
