package org.smqcluster.admin.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.smqcluster.broker.spi.Tap;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.PacketDecoder;

/**
 * One trace on one node: takes packets on the threads of transports, at most so many a second,
 * until they are collected; it counts the others. Thread-safe.
 */
final class Trace implements Tap {

  /** What a node saw since it was last asked; packets skipped came too fast to be kept. */
  public record Seen(List<TracedPacket> packets, long skipped) {}

  /** Packets a second that are kept. */
  static final int MAX_RATE = 100;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final TraceTarget target;
  private final TopicRegistry topics;
  private List<TracedPacket> packets = new ArrayList<>();
  private long skipped;
  private long second;
  private int thisSecond;
  private volatile long readNanos = System.nanoTime();

  Trace(TraceTarget target, TopicRegistry topics) {
    this.target = target;
    this.topics = topics;
  }

  TraceTarget target() {
    return target;
  }

  @Override
  public void packet(int etid, boolean fromClient, EncodedPacket packet) {
    if (!mayKeep(System.nanoTime())) {
      return;
    }
    try {
      keep(fromClient ? "in" : "out", etid, PacketDecoder.decode(packet), packet.messageLength());
    } catch (MalformedPacketException e) {
      add(
          new TracedPacket(
              Instant.now(),
              null,
              "in",
              etid,
              "MALFORMED",
              packet.messageLength(),
              Map.of("why", String.valueOf(e.getMessage()))));
    }
  }

  /** A message was published to the traced topic. */
  void published(Publish message) {
    if (mayKeep(System.nanoTime())) {
      keep("in", message.ptid(), message, message.encoded().messageLength());
    }
  }

  private void keep(String direction, int etid, Packet packet, int length) {
    add(
        new TracedPacket(
            Instant.now(),
            null,
            direction,
            etid,
            packet.type().name(),
            length,
            PacketText.fields(packet, topics)));
  }

  private synchronized boolean mayKeep(long nanos) {
    if (nanos / NANOS_PER_SECOND != second) {
      second = nanos / NANOS_PER_SECOND;
      thisSecond = 0;
    }
    if (++thisSecond <= MAX_RATE) {
      return true;
    }
    skipped++;
    return false;
  }

  private synchronized void add(TracedPacket packet) {
    packets.add(packet);
  }

  /** Takes what was seen. */
  synchronized Seen take() {
    readNanos = System.nanoTime();
    Seen seen = new Seen(packets, skipped);
    packets = new ArrayList<>();
    skipped = 0;
    return seen;
  }

  /** Nanoseconds since the packets were last collected. */
  long unreadNanos(long now) {
    return now - readNanos;
  }
}
