package org.smqcluster.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.smqcluster.client.BrokerUri.Target;
import org.smqcluster.client.ClientOptions.Link;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/**
 * A connection that the broker accepted. One thread reads; any thread may send, and the writer's
 * own thread writes.
 */
final class BrokerConnection {

  private static final long LAST_WORDS_MILLIS = 200;

  /** What the broker's acceptance told. */
  record Accepted(int etid, String clientAddress) {}

  private final Target target;
  private final Socket socket;
  private final BufferedInputStream in;
  private final Framing framing;
  private final FrameSender writer;
  private final Accepted accepted;

  /** Silence after which the broker is pinged. */
  private final int idleMillis;

  /** How long the broker may take to give a sign of life then. */
  private final int answerMillis;

  private volatile boolean open = true;

  /** When the last Ping was sent; used by the reader's thread alone. */
  private long pinged = System.nanoTime();

  /**
   * @param released is given the costs of frames that were written or discarded
   */
  BrokerConnection(
      Target target,
      Socket socket,
      BufferedInputStream in,
      Framing framing,
      Accepted accepted,
      Link link,
      IntConsumer released)
      throws IOException {
    this.target = target;
    this.socket = socket;
    this.in = in;
    this.framing = framing;
    this.accepted = accepted;
    this.idleMillis = (int) link.pingInterval().toMillis();
    this.answerMillis = (int) link.pongTimeout().toMillis();
    this.writer = new FrameSender(socket.getOutputStream(), released, this::close);
    socket.setSoTimeout(idleMillis);
    Thread thread = new Thread(writer, Thread.currentThread().getName() + "-writer");
    thread.setDaemon(true);
    thread.start();
  }

  Target target() {
    return target;
  }

  /** This client's ETID on this connection. */
  int etid() {
    return accepted.etid();
  }

  /** This client's IP address as the broker sees it. */
  String clientAddress() {
    return accepted.clientAddress();
  }

  boolean isOpen() {
    return open;
  }

  /** Queues a packet that counts against no bound. */
  void send(Packet packet) {
    send(PacketEncoder.encode(packet), 0);
  }

  /**
   * @return false if the connection is closed, and the cost not taken
   */
  boolean send(EncodedPacket packet, int cost) {
    return writer.offer(framing.frame(packet), cost);
  }

  /**
   * Waits for the next packet, and pings: a silent broker for a sign of life, a busy one so that
   * the client is not silent for long.
   *
   * @throws IOException if the connection is at its end
   */
  EncodedPacket read() throws IOException, MalformedPacketException {
    awaitFirstByte();
    if (System.nanoTime() - pinged > TimeUnit.MILLISECONDS.toNanos(idleMillis)) {
      ping();
    }
    return framing.read(in, this::answer);
  }

  /**
   * Answers a Ping.
   *
   * @throws IOException if the broker asks and does not read
   */
  void pong() throws IOException {
    answer(framing.frame(PacketEncoder.encode(new Packet.Pong())));
  }

  private void answer(byte[] frame) throws IOException {
    if (!writer.answer(frame)) {
      throw new IOException("the broker sends pings and does not read the answers");
    }
  }

  private void awaitFirstByte() throws IOException {
    in.mark(1);
    int octet;
    try {
      octet = in.read();
    } catch (SocketTimeoutException idle) {
      ping();
      socket.setSoTimeout(answerMillis);
      try {
        octet = in.read();
      } catch (SocketTimeoutException dead) {
        throw new IOException("no sign of life from the broker", dead);
      }
      socket.setSoTimeout(idleMillis);
    }
    if (octet >= 0) {
      in.reset();
    }
  }

  private void ping() {
    pinged = System.nanoTime();
    send(new Packet.Ping());
  }

  /** Lets the transport's last words go out, then closes. The reader's thread. */
  void finish() {
    try {
      writer.flush(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /** Ends both threads of the connection; what waits to be sent is dropped. Any thread. */
  void close() {
    open = false;
    writer.close();
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // nothing is left to be released
    }
  }

  @Override
  public String toString() {
    return target.toString();
  }
}
