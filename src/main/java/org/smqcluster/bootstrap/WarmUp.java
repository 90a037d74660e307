package org.smqcluster.bootstrap;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.transport.raw.EventLoops;
import org.smqcluster.transport.raw.RawPort;
import org.smqcluster.transport.raw.RawPortSettings;

/**
 * Connects clients to a broker of its own, over the loopback interface and the raw transport, while
 * the node starts, so that the code of a connect is compiled when the node is ready. A node that
 * replaces a dead one meets thousands of clients at once, and the first thousand connects cost four
 * times as much as later ones. Other nodes, listeners and the metrics of the real brokers do not
 * see these clients. A failure is logged and otherwise ignored.
 */
final class WarmUp {

  /** More connects lengthen the start and make a connect hardly cheaper. */
  static final int CONNECTS = 1_000;

  private static final Logger LOG = System.getLogger(WarmUp.class.getName());

  private static final int READ_MILLIS = 1_000;
  private static final String PATH = "/warm-up";
  private static final byte[] HEAD =
      ("GET " + PATH + " HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

  private final NodeBroker broker =
      new NodeBroker(
          "warm-up", "warm-up", BrokerSettings.DEFAULT, new NoCluster(), BrokerHooks.NONE);

  private final Thread thread;
  private volatile boolean enough;
  private volatile int made;

  private WarmUp(ThreadFactory threads) {
    thread = threads.newThread(this::run);
  }

  /** Starts connecting in a thread of its own. */
  static WarmUp start(ThreadFactory threads) {
    WarmUp begun = new WarmUp(threads);
    begun.thread.start();
    return begun;
  }

  /**
   * Waits until all clients have connected or the time is over; returns when its thread, port and
   * connections are closed.
   *
   * @return how many clients have connected
   */
  int await(long millis) {
    try {
      thread.join(millis);
      enough = true;
      thread.join();
    } catch (InterruptedException e) {
      enough = true;
      Thread.currentThread().interrupt();
    }
    return made;
  }

  private void run() {
    long start = System.nanoTime();
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (EventLoops loops = EventLoops.start(1);
        RawPort port =
            RawPort.open(
                RawPortSettings.of(anyPort, ""),
                loops,
                path -> path.equals(PATH) ? broker : null)) {
      for (int i = 0; i < CONNECTS && !enough; i++) {
        connect(port.address(), "warm-up-" + i);
        made = i + 1;
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "Cannot warm up the code of a connect", e);
    }
    LOG.log(
        Level.DEBUG,
        "{0} warm-up connections took {1} ms",
        made,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private static void connect(InetSocketAddress port, String uid) throws IOException {
    try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
      socket.setSoTimeout(READ_MILLIS);
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      out.write(HEAD);
      skipPacket(in);
      out.write(PacketEncoder.encode(Packet.Connect.version1(uid, new byte[0], "")).raw());
      skipPacket(in);
    }
  }

  /** Init, or Connack. */
  private static void skipPacket(DataInputStream in) throws IOException {
    in.skipNBytes(in.readUnsignedShort() - Short.BYTES);
  }

  /** Accepts every client at once and resolves no name. */
  private static final class NoCluster implements Cluster {

    @Override
    public CompletionStage<Integer> resolve(NameSpace space, String name) {
      return CompletableFuture.failedStage(new UnsupportedOperationException());
    }

    @Override
    public CompletionStage<ClientEntry> register(ClientEntry candidate, Optional<String> user) {
      return CompletableFuture.completedStage(candidate);
    }

    @Override
    public void unregister(ClientEntry entry) {
      // nothing is kept
    }
  }
}
