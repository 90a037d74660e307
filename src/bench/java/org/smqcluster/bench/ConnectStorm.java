package org.smqcluster.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Many handshakes, some dozens at a time, and the connections that they leave. */
final class ConnectStorm implements AutoCloseable {

  private static final int AT_A_TIME = 32;
  private static final byte[] BOOTSTRAP =
      "GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());
  private final List<IOException> failures = Collections.synchronizedList(new ArrayList<>());

  /** Makes one connection; returns when the broker has accepted it. */
  interface Handshake {

    AutoCloseable make(int number) throws IOException;
  }

  /** Makes so many connections; returns handshakes a second. */
  double run(int count, Handshake handshake) throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < AT_A_TIME; i++) {
      Thread thread = new Thread(() -> connectUntil(count, next, handshake));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  private void connectUntil(int count, AtomicInteger next, Handshake handshake) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        open.add(handshake.make(i));
      }
    } catch (IOException e) {
      failures.add(e);
    }
  }

  /** A client of the device port: bootstrap, Init, Connect, Connack. */
  static Handshake raw(int port, String uidPrefix) {
    return number -> {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(BOOTSTRAP);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      readPacket(in);
      byte[] uid = (uidPrefix + number).getBytes(StandardCharsets.US_ASCII);
      byte[] info = "bench".getBytes(StandardCharsets.US_ASCII);
      ByteBuffer connect = ByteBuffer.allocate(2 + 3 + uid.length + 1 + info.length);
      connect.putShort((short) connect.capacity()).put((byte) 2).put((byte) 1);
      connect.put((byte) uid.length).put(uid).put((byte) 0).put(info);
      socket.getOutputStream().write(connect.array());
      byte[] connack = readPacket(in);
      if (connack[1] != 0) {
        throw new IOException("refused: " + connack[1]);
      }
      return socket;
    };
  }

  /** An MQTT client: Connect, Connack. */
  static Handshake mqtt(int port) {
    return number -> new MqttConnection(port, "storm-" + number);
  }

  private static byte[] readPacket(DataInputStream in) throws IOException {
    byte[] packet = new byte[in.readUnsignedShort() - 2];
    in.readFully(packet);
    return packet;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable connection : open) {
      connection.close();
    }
  }
}
