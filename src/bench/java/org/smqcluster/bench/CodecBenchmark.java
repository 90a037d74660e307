package org.smqcluster.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/** What one packet costs on its way in and out, without any I/O. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

  /** Bytes of the payload of a message. */
  @Param({"16", "128", "60000"})
  private int payload;

  private byte[] data;
  private EncodedPacket message;
  private EncodedPacket subscribe;

  /** Makes the packets. */
  @Setup
  public void prepare() {
    data = new byte[payload];
    message = Packet.Publish.of(0x1234_5678, 0x4234_5678, 0, data).encoded();
    subscribe = PacketEncoder.encode(new Packet.Subscribe("/m-led/device"));
  }

  /** A message comes in: bytes of its own are the transport's business. */
  @Benchmark
  public Packet decodePublish() throws MalformedPacketException {
    return PacketDecoder.decode(EncodedPacket.ofRaw(message.raw()));
  }

  /** A message is made of its parts. */
  @Benchmark
  public EncodedPacket encodePublish() {
    return Packet.Publish.of(0x1234_5678, 0x4234_5678, 0, data).encoded();
  }

  /** A request with a text comes in. */
  @Benchmark
  public Packet decodeSubscribe() throws MalformedPacketException {
    return PacketDecoder.decode(subscribe);
  }
}
