package org.smqcluster.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/** What decoding and encoding cost, and that they allocate the packet and nothing else. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

  @Param({"128", "60000"})
  int payload;

  private byte[] message;
  private byte[] bytes;
  private ByteBuffer out;
  private EncodedPacket encoded;

  @Setup
  public void setUp() {
    bytes = new byte[payload];
    encoded = Packet.Publish.of(2, 3, 0, bytes).encoded();
    message = new byte[encoded.messageLength()];
    encoded.message().get(message);
    out = ByteBuffer.allocateDirect(1 << 17);
  }

  /** From a WebSocket message's bytes to a packet: one array and two small objects. */
  @Benchmark
  public Packet decodePublish() throws MalformedPacketException {
    return PacketDecoder.decode(EncodedPacket.ofMessage(ByteBuffer.wrap(message)));
  }

  @Benchmark
  public EncodedPacket encodePublish() {
    return PacketEncoder.encode(Packet.Publish.of(2, 3, 0, bytes));
  }

  /** Into one receiver's buffer, as a WebSocket frame: allocates nothing. */
  @Benchmark
  public ByteBuffer putWebSocketFrame() {
    out.clear();
    encoded.putWebSocket(out);
    return out;
  }

  @Benchmark
  public EncodedPacket encodeSuback() {
    return PacketEncoder.encode(new Packet.Suback(true, 77, "/m2m/led/device"));
  }
}
