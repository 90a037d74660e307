package org.smqcluster.cluster;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.NodeProcess;

/**
 * A client of the raw transport that sends as fast as the broker reads. Answers are read all the
 * time, and kept until the next question.
 */
final class StormClient implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;
  private static final int BATCH = 100;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private final BlockingQueue<Packet> answers = new LinkedBlockingQueue<>();
  private volatile boolean closed;
  private Packet.Connack connack;

  private StormClient(NodeProcess node) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), node.devicePort());
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write("GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Thread reader = new Thread(this::read, "storm-client");
    reader.setDaemon(true);
    reader.start();
  }

  /** Connects; the broker may refuse it, or end it at any time. */
  static StormClient open(NodeProcess node, String uid) throws IOException {
    StormClient client = new StormClient(node);
    client.send(Packet.Connect.version1(uid, new byte[0], "storm"));
    return client;
  }

  /** Connects a client that must be accepted. */
  static StormClient connect(NodeProcess node, String uid) throws IOException {
    StormClient client = open(node, uid);
    client.connack = client.next(Packet.Connack.class);
    if (client.connack.code() != ConnackCode.ACCEPTED) {
      throw new AssertionError(client.connack.toString());
    }
    return client;
  }

  private void read() {
    try {
      while (true) {
        int length = in.readUnsignedShort();
        byte[] raw = new byte[length];
        raw[0] = (byte) (length >>> 8);
        raw[1] = (byte) length;
        in.readFully(raw, 2, length - 2);
        answers.add(PacketDecoder.decode(EncodedPacket.ofRaw(raw)));
      }
    } catch (IOException | MalformedPacketException e) {
      closed = true;
    }
  }

  int etid() {
    return connack.etid();
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether the broker sent a packet of this type; forgets what came before. */
  boolean received(Class<? extends Packet> type) {
    return List.copyOf(answers).stream().anyMatch(type::isInstance);
  }

  /** The next packet of this type; others before it are dropped. */
  private <T extends Packet> T next(Class<T> type) {
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (System.nanoTime() < deadline) {
        Packet packet = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (type.isInstance(packet)) {
          return type.cast(packet);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("no " + type.getSimpleName() + " came");
  }

  private void send(Packet packet) throws IOException {
    out.write(PacketEncoder.encode(packet).raw());
  }

  int create(String topic) throws IOException {
    send(new Packet.Create(topic));
    return next(Packet.Createack.class).tid();
  }

  int createSubtopic(String subtopic) throws IOException {
    send(new Packet.Createsub(subtopic));
    return next(Packet.Createsuback.class).subtid();
  }

  int subscribe(String topic) throws IOException {
    send(new Packet.Subscribe(topic));
    Packet.Suback answer = next(Packet.Suback.class);
    while (!answer.topic().equals(topic)) {
      answer = next(Packet.Suback.class);
    }
    return answer.tid();
  }

  void publish(int tid, int subtid, byte[] payload) throws IOException {
    send(Packet.Publish.of(tid, etid(), subtid, payload));
  }

  /** Sends packets as fast as they are read until the time is up; returns how many. */
  int flood(long untilNanos, IntFunction<Packet> packets) throws IOException {
    int sent = 0;
    while (System.nanoTime() < untilNanos) {
      byte[][] raw = new byte[BATCH][];
      int length = 0;
      for (int i = 0; i < BATCH; i++) {
        raw[i] = PacketEncoder.encode(packets.apply(sent++)).raw();
        length += raw[i].length;
      }
      byte[] batch = new byte[length];
      int end = 0;
      for (byte[] each : raw) {
        System.arraycopy(each, 0, batch, end, each.length);
        end += each.length;
      }
      out.write(batch);
      answers.clear();
    }
    return sent;
  }

  /** Returns when the broker has handled all that was sent. */
  void settle() throws IOException {
    send(new Packet.Ping());
    next(Packet.Pong.class);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
