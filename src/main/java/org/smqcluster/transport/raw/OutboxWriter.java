package org.smqcluster.transport.raw;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.FastThreadLocal;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;

/**
 * Writes a client's outbox to its connection: all packets that wait in one write, and no further
 * write before the system has taken the last one whole, so that what is behind waits in the outbox.
 * Runs on the connection's event loop.
 */
final class OutboxWriter {

  /** Bytes of one write; any packet fits. */
  private static final int BATCH = 64 * 1024;

  /** Writes in a row before other connections get their turn. */
  private static final int MAX_ROUNDS = 8;

  /** Batches that the connections of an event loop may keep as they are: 4 MiB. */
  private static final int MAX_KEPT = 64;

  /**
   * What an event loop copies packets to. It is used for one connection after the other as long as
   * each takes all of it, which keeps it in the processor's cache.
   */
  private static final class Batches {

    private ByteBuf next;

    /** How many connections keep theirs, because their peers do not read. */
    private int kept;

    ByteBuf empty(ByteBufAllocator memory) {
      if (next == null) {
        next = memory.directBuffer(BATCH, BATCH);
      }
      return next.clear();
    }

    /** The connection needs the batch until this write is done: the next gets another. */
    void keep(ChannelFuture write) {
      next.release();
      next = null;
      kept++;
      write.addListener(done -> kept--);
    }

    void release() {
      if (next != null) {
        next.release();
      }
    }
  }

  private static final FastThreadLocal<Batches> BATCHES =
      new FastThreadLocal<>() {
        @Override
        protected Batches initialValue() {
          return new Batches();
        }

        @Override
        protected void onRemoval(Batches batches) {
          batches.release();
        }
      };

  private final Channel channel;
  private final Outbox outbox;
  private boolean writing;

  OutboxWriter(Channel channel, Outbox outbox) {
    this.channel = channel;
    this.outbox = outbox;
  }

  /** Whether a write is under way: it goes on by itself when that is done. */
  boolean isWriting() {
    return writing;
  }

  /**
   * Writes what waits, as far as the connection takes it.
   *
   * @param again runs when a write that did not complete at once has done so, or when it is this
   *     connection's turn again
   * @return true if nothing waits
   */
  boolean drain(Runnable again) {
    Batches batches = BATCHES.get();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      EncodedPacket packet = outbox.peek();
      if (packet == null) {
        return true;
      }
      ByteBuf batch = batches.empty(channel.alloc());
      int packets = 0;
      do {
        batch.writeBytes(packet.raw());
        packets++;
        outbox.poll();
        packet = outbox.peek();
      } while (packet != null && packet.rawLength() <= batch.writableBytes());
      if (!write(batches, batch, packets, again)) {
        return false;
      }
      if (packet == null) {
        return true;
      }
    }
    channel.eventLoop().execute(again);
    return false;
  }

  /** Writes a batch; false if the connection does not take it at once. */
  private boolean write(Batches batches, ByteBuf batch, int packets, Runnable again) {
    int bytes = batch.readableBytes();
    ByteBuf sent =
        batches.kept < MAX_KEPT
            ? batch.retain()
            : channel.alloc().directBuffer(bytes).writeBytes(batch);
    ChannelFuture write = channel.writeAndFlush(sent);
    if (batch.refCnt() > 1) {
      batches.keep(write);
    }
    if (write.isDone()) {
      outbox.written(packets, bytes);
      return true;
    }
    writing = true;
    outbox.blocked(true);
    write.addListener(
        done -> {
          writing = false;
          outbox.blocked(false);
          outbox.written(packets, bytes);
          if (done.isSuccess()) {
            again.run();
          }
        });
    return false;
  }
}
