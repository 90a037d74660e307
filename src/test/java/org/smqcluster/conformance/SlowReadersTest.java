package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.DropReason;

/**
 * One publisher at full speed and a hundred subscribers, ten of which never read: memory stays
 * bounded, those that read get everything in order.
 */
@Tag("slow")
class SlowReadersTest {

  private static final int READERS = 90;
  private static final int SLEEPERS = 10;
  private static final int MESSAGES = 6_000;
  private static final int PAYLOAD = 2_000;
  private static final int PATIENCE_MILLIS = 60_000;

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** A client on a plain socket, with the smallest receive buffer that the system gives. */
  private static Socket subscriber(int port, String uid, String topic) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
    var out = socket.getOutputStream();
    out.write(RawWire.REQUEST.getBytes(StandardCharsets.US_ASCII));
    byte[] name = uid.getBytes(StandardCharsets.US_ASCII);
    out.write(RawWire.framed(Peer.packet(Peer.CONNECT, Peer.connectBody(1, name))));
    out.write(RawWire.framed(Peer.packet(Peer.SUBSCRIBE, topic)));
    return socket;
  }

  private static Frame read(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    int type = in.readUnsignedByte();
    byte[] body = new byte[length - 3];
    in.readFully(body);
    return new Frame(type, body);
  }

  private static DataInputStream untilSubscribed(Socket socket) throws IOException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
    while (read(in).type() != Peer.SUBACK) {
      // Init and Connack
    }
    return in;
  }

  private void readAll(DataInputStream in) {
    try {
      for (int i = 0; i < MESSAGES; i++) {
        Frame message = read(in);
        message.expectType(Peer.PUBLISH);
        assertEquals(i, message.id(12));
      }
    } catch (IOException | AssertionError e) {
      failures.add(e);
    }
  }

  @Test
  void readersGetEverythingAndOthersCostABoundedOutbox() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try (LocalBroker local = LocalBroker.start(BrokerSettings.DEFAULT)) {
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < READERS + SLEEPERS; i++) {
        Socket socket = subscriber(local.port(), "subscriber-" + i, "flood");
        sockets.add(socket);
        DataInputStream in = untilSubscribed(socket);
        if (i % 10 != 0) {
          Thread reader = new Thread(() -> readAll(in), "reader-" + i);
          readers.add(reader);
          reader.start();
        }
      }
      Peer publisher = new Peer(new RawWire(local.port())).connected("publisher");
      int tid = publisher.create("flood");
      long mostBytes = 0;
      for (int i = 0; i < MESSAGES; i++) {
        publisher.send(
            Peer.PUBLISH, tid, publisher.etid(), 0, Integer.valueOf(i), new byte[PAYLOAD]);
        if (i % 500 == 0) {
          mostBytes = Math.max(mostBytes, bytesWaiting(local));
        }
      }
      for (Thread reader : readers) {
        reader.join();
      }
      assertNull(failures.peek());
      long bound = BrokerSettings.DEFAULT.outbox().bytes();
      assertTrue(mostBytes <= 2 * bound, "an outbox held " + mostBytes + " bytes");
      assertTrue(local.broker().metrics().droppedCopies(DropReason.OUTBOX_FULL) > 0);
      long losers = local.broker().clients().stream().filter(c -> c.dropped() > 0).count();
      assertEquals(SLEEPERS, losers);
      publisher.wire.close();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static long bytesWaiting(LocalBroker local) {
    return local.broker().clients().stream().mapToLong(Client::bytesWaiting).max().orElse(0);
  }
}
