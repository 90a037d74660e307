package org.smqcluster.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/**
 * Connections that send noise, mutated conversations, half of everything, and that break off in any
 * way, by the thousand. Repeatable by its seed, but for the time.
 */
final class HostileClients implements AutoCloseable {

  private static final int OPEN_AT_ONCE = 40;

  private final ConformanceFixture.Door door;
  private final Random random;
  private final Deque<Socket> open = new ArrayDeque<>();

  HostileClients(ConformanceFixture.Door door, long seed) {
    this.door = door;
    this.random = new Random(seed);
  }

  /** Misbehaves for this long, and longer if it takes that to make so many connections. */
  void attack(Duration time, int atLeast) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    for (int count = 0; count < atLeast || System.nanoTime() < end; count++) {
      Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), door.port());
      open.add(socket);
      send(socket, conversation());
      if (open.size() > OPEN_AT_ONCE) {
        leave(open.remove());
      }
    }
  }

  private void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // the broker has closed already, which is its right
    }
  }

  private void leave(Socket socket) throws IOException {
    // sometimes by a reset, sometimes in good order
    socket.setSoLinger(random.nextBoolean(), 0);
    socket.close();
  }

  private byte[] conversation() {
    byte[] bytes =
        switch (random.nextInt(5)) {
          case 0 -> noise(random.nextInt(2000));
          case 1 -> with(bootstrap(), noise(random.nextInt(2000)));
          default -> with(bootstrap(), packets());
        };
    int mutations = random.nextInt(3) == 0 ? 0 : random.nextInt(8);
    for (int i = 0; i < mutations && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
    return Arrays.copyOf(bytes, length);
  }

  private byte[] bootstrap() {
    String request =
        door.webSocket()
            ? "GET /smq.lsp HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n"
            : RawWire.REQUEST;
    return request.getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] packets() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] uid = ("hostile-" + random.nextInt(20)).getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(framed(Peer.packet(Peer.CONNECT, Peer.connectBody(1, uid))));
    for (int i = random.nextInt(20); i > 0; i--) {
      out.writeBytes(framed(packet()));
    }
    return out.toByteArray();
  }

  private byte[] packet() {
    int id = random.nextInt();
    return switch (random.nextInt(10)) {
      case 0 -> Peer.packet(Peer.SUBSCRIBE, "hostile-topic-" + random.nextInt(5));
      case 1 -> Peer.packet(Peer.CREATE, noise(random.nextInt(20)));
      case 2 -> Peer.packet(Peer.CREATESUB, "hostile-sub-" + random.nextInt(5));
      case 3 -> Peer.packet(Peer.PUBLISH, id, random.nextInt(), id, noise(random.nextInt(300)));
      case 4 -> Peer.packet(Peer.OBSERVE, id);
      case 5 -> Peer.packet(Peer.UNOBSERVE, id);
      case 6 -> Peer.packet(Peer.UNSUBSCRIBE, id);
      case 7 -> Peer.packet(Peer.PUBFRAG, 0, 0, 0, noise(random.nextInt(300)));
      case 8 -> Peer.packet(Peer.PING);
      default -> Peer.packet(random.nextInt(256), noise(random.nextInt(40)));
    };
  }

  private byte[] framed(byte[] packet) {
    return door.webSocket() ? WebSocketWire.masked(packet) : RawWire.framed(packet);
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] with(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : open) {
      leave(socket);
    }
  }
}
