package org.smqcluster.transport.websocket;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;

/** Writes one packet at a time by the standard API, for servers whose inside we do not know. */
final class StandardSink implements FrameSink {

  private static final System.Logger LOG = System.getLogger(StandardSink.class.getName());

  private final Session session;

  StandardSink(Session session) {
    this.session = session;
  }

  /** The server answers pings itself: {@code pong} is always null here. */
  @Override
  public Batch take(Outbox outbox, byte[] pong) {
    EncodedPacket packet = outbox.poll();
    return packet == null ? null : new Batch(packet.message(), 1, packet.rawLength());
  }

  @Override
  public void write(Batch batch, Completion completion) {
    ByteBuffer message = batch.bytes();
    session
        .getAsyncRemote()
        .sendBinary(
            message,
            result -> {
              if (result.isOK()) {
                completion.written();
              } else {
                completion.failed(result.getException());
              }
            });
  }

  @Override
  public void release(Batch batch) {
    // the packet's own bytes, shared with other receivers
  }

  @Override
  public void close(int code, String phrase) {
    try {
      session.close(new CloseReason(CloseCodes.getCloseCode(code), phrase));
    } catch (IOException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "Cannot close", e);
    }
  }

  /** The server closes behind its close frame as it likes. */
  @Override
  public void peerClosed() {
    // nothing waits for it
  }

  @Override
  public void abort() {
    close(CloseCodes.GOING_AWAY.getCode(), "");
  }
}
