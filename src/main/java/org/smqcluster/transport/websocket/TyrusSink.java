package org.smqcluster.transport.websocket;

import java.nio.ByteBuffer;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.smqcluster.broker.Outbox;
import org.smqcluster.protocol.EncodedPacket;

/** Writes ready-made frames to the socket, as many at once as wait. */
final class TyrusSink implements FrameSink {

  private static final int PONG = 0x8A;

  private final TyrusLink link;
  private final BufferPool buffers;
  private final LingeringWriter closing;

  TyrusSink(TyrusLink link, BufferPool buffers, LingeringWriter closing) {
    this.link = link;
    this.buffers = buffers;
    this.closing = closing;
  }

  @Override
  public Batch take(Outbox outbox, byte[] pong) {
    EncodedPacket packet = outbox.peek();
    if (packet == null && pong == null) {
      return null;
    }
    ByteBuffer buffer = buffers.take();
    if (pong != null) {
      buffer.put((byte) PONG).put((byte) pong.length).put(pong);
    }
    int packets = 0;
    long rawBytes = 0;
    while (packet != null && packet.webSocketLength() <= buffer.remaining()) {
      packet.putWebSocket(buffer);
      packets++;
      rawBytes += packet.rawLength();
      outbox.poll();
      packet = outbox.peek();
    }
    return new Batch(buffer.flip(), packets, rawBytes);
  }

  @Override
  public void write(Batch batch, Completion completion) {
    link.writer()
        .write(
            batch.bytes(),
            new CompletionHandler<ByteBuffer>() {
              @Override
              public void completed(ByteBuffer written) {
                completion.written();
              }

              @Override
              public void failed(Throwable cause) {
                completion.failed(cause);
              }

              @Override
              public void cancelled() {
                completion.failed(null);
              }
            });
  }

  @Override
  public void release(Batch batch) {
    buffers.give(batch.bytes());
  }

  @Override
  public void abort() {
    closing.abort();
  }
}
