package org.smqcluster.cluster;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;

/**
 * Plain clients of the raw transport, one for each node, that publish numbers to a topic and to
 * each other while they are connected. When a connection ends, its client connects to the next node
 * with its UID and subscribes again. Each checks the numbers of all: what is lost, comes twice or
 * out of order is a fault.
 */
final class MovingPeers implements AutoCloseable {

  private static final int PUBLISH_EVERY_MILLIS = 4;
  private static final int PAUSE_MILLIS = 50;

  private final List<NodeProcess> nodes;
  private final String topic;
  private final List<Peer> peers = new ArrayList<>();
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean publishing;
  private volatile boolean ended;

  MovingPeers(List<NodeProcess> nodes, String topic, Duration patience) {
    this.nodes = nodes;
    this.topic = topic;
    for (int i = 0; i < nodes.size(); i++) {
      peers.add(new Peer(i));
    }
    peers.forEach(peer -> new Thread(peer, "moving-peer").start());
    Await.until(
        "all to subscribe", patience, () -> peers.stream().allMatch(peer -> peer.subscribed));
    publishing = true;
  }

  /** How often clients have come to another node. */
  int moves() {
    return peers.stream().mapToInt(peer -> peer.moves).sum();
  }

  /** Messages that came. */
  long messages() {
    return peers.stream().mapToLong(peer -> peer.messages).sum();
  }

  /** The last number of each, by its ETID. */
  Map<String, Integer> published() {
    return peers.stream()
        .collect(Collectors.toMap(peer -> Integer.toString(peer.etid), peer -> peer.published));
  }

  /** Ends the publishing, and waits for the last messages; returns what went wrong. */
  List<String> finish(Duration patience) {
    publishing = false;
    try {
      Await.until(
          "the last messages",
          patience,
          () -> peers.stream().allMatch(peer -> !peer.isPublishing && peer.hasAll()));
    } catch (AssertionError e) {
      peers.forEach(peer -> faults.add(peer.uid + " has " + peer.last + " of " + peer.published));
    }
    return faults.stream().limit(20).toList();
  }

  @Override
  public void close() {
    ended = true;
  }

  private final class Peer implements Runnable {

    private final String uid;
    private int node;
    private int tid;
    private volatile int etid;
    private volatile boolean subscribed;
    private volatile boolean isPublishing;
    private volatile int moves = -1;
    private volatile long messages;
    private volatile int published = -1;

    /** The last number of each publisher to each id. */
    private final Map<String, Integer> last = new ConcurrentHashMap<>();

    Peer(int node) {
      this.node = node;
      this.uid = topic + "-" + node;
    }

    private boolean hasAll() {
      return peers.stream()
          .allMatch(
              from ->
                  last.getOrDefault(from.etid + ">" + tid, -1) == from.published
                      && last.getOrDefault(from.etid + ">" + etid, -1) == from.published);
    }

    @Override
    public void run() {
      try {
        while (!ended) {
          if (!live()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
          }
          node = (node + 1) % nodes.size();
        }
      } catch (InterruptedException | RuntimeException e) {
        faults.add(uid + ": " + e);
      }
    }

    /** One connection; false if this node does not take the client. */
    private boolean live() throws InterruptedException {
      boolean[] connected = {false};
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), nodes.get(node).devicePort())) {
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        out.write(
            "GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.write(raw(Packet.Connect.version1(uid, new byte[0], "peer")));
        BlockingQueue<Optional<Packet>> read = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(socket, read), "moving-peer-reader");
        reader.setDaemon(true);
        reader.start();
        long next = System.nanoTime();
        while (!ended) {
          Optional<Packet> packet = read.poll(1, TimeUnit.MILLISECONDS);
          if (packet != null && packet.isEmpty()) {
            return connected[0];
          } else if (packet != null) {
            connected[0] |= received(packet.get(), out);
          }
          isPublishing = publishing && connected[0];
          if (isPublishing && System.nanoTime() - next >= 0) {
            next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PUBLISH_EVERY_MILLIS);
            publish(out);
          }
        }
      } catch (IOException e) {
        if (connected[0] && !ended) {
          faults.add(uid + ": " + e);
        }
      }
      return connected[0];
    }

    private void read(Socket socket, BlockingQueue<Optional<Packet>> to) {
      try {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
          int length = in.readUnsignedShort();
          byte[] raw = new byte[length];
          raw[0] = (byte) (length >>> 8);
          raw[1] = (byte) length;
          in.readFully(raw, 2, length - 2);
          to.add(Optional.of(PacketDecoder.decode(EncodedPacket.ofRaw(raw))));
        }
      } catch (IOException | MalformedPacketException e) {
        to.add(Optional.empty());
      }
    }

    private static byte[] raw(Packet packet) {
      return PacketEncoder.encode(packet).raw();
    }

    /** True for the Connack of one that is taken. */
    private boolean received(Packet packet, OutputStream out) throws IOException {
      if (packet instanceof Packet.Connack connack && connack.code() == ConnackCode.ACCEPTED) {
        if (etid != 0 && etid != connack.etid()) {
          faults.add(uid + " has another ETID");
        }
        etid = connack.etid();
        moves++;
        out.write(raw(new Packet.Subscribe(topic)));
        return true;
      } else if (packet instanceof Packet.Suback suback) {
        tid = suback.tid();
        subscribed = true;
      } else if (packet instanceof Packet.Publish message) {
        messages++;
        int number = ByteBuffer.wrap(message.payload()).getInt();
        String stream = message.ptid() + ">" + message.tid();
        int expected = last.getOrDefault(stream, -1) + 1;
        if (number != expected) {
          faults.add("%s got %d for %d of %s".formatted(uid, number, expected, stream));
        }
        last.put(stream, number);
      }
      return false;
    }

    private void publish(OutputStream out) throws IOException {
      byte[] number = ByteBuffer.allocate(4).putInt(published + 1).array();
      out.write(raw(Packet.Publish.of(tid, etid, 0, number)));
      for (Peer peer : peers) {
        out.write(raw(Packet.Publish.of(peer.etid, etid, 0, number)));
      }
      published++;
    }
  }
}
