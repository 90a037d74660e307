package org.smqcluster.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.FreePorts;

/** The two ports between nodes, and peers that are no nodes of the cluster. */
class ClusterPortsTest {

  private static final int FAILURE_DETECTION = 100;

  private static int port;
  private static ClusterNode node;

  @BeforeAll
  static void start() throws Exception {
    port = FreePorts.next();
    node = ClusterNode.join(TestNode.config("a", port, List.of(port)), Optional.empty());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Socket connect(int to) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to);
    socket.setSoTimeout(5000);
    return socket;
  }

  private static byte[] greeting(Socket socket) throws Exception {
    return BoundedFdSock.greeting(new IpAddress(socket.getLocalAddress(), socket.getLocalPort()));
  }

  private static boolean isClosedByPeer(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** The greeting's bytes before the message, whose length is told as another. */
  private static byte[] withLength(byte[] greeting, int length) {
    int lengthAt = "bela".length() + 2 + 2 + greeting[7];
    return ByteBuffer.allocate(lengthAt + 4).put(greeting, 0, lengthAt).putInt(length).array();
  }

  @Test
  void failureDetectionTakesNoLongMessage() throws Exception {
    try (Socket socket = connect(port + FAILURE_DETECTION)) {
      socket.getOutputStream().write(withLength(greeting(socket), 5000));
      assertTrue(isClosedByPeer(socket));
    }
  }

  @Test
  void failureDetectionReadsNoMessageOfAnotherProtocol() throws Exception {
    try (Socket socket = connect(port + FAILURE_DETECTION)) {
      byte[] greeting = greeting(socket);
      // the number of the header's class, behind the length, the flags and the header's protocol
      int headerClassAt = withLength(greeting, 0).length + 3 + 2 + 2;
      greeting[headerClassAt + 1]++;
      socket.getOutputStream().write(greeting);
      assertTrue(isClosedByPeer(socket));
    }
  }

  @Test
  void connectionsThatSayNothingMakeRoomForOthers() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        silent.add(connect(port + FAILURE_DETECTION));
      }
      assertTrue(isClosedByPeer(silent.get(0)));
      try (Socket socket = connect(port + FAILURE_DETECTION)) {
        socket.getOutputStream().write(greeting(socket));
        assertEquals(0, socket.getInputStream().read(), "the first byte of the answer's length");
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void peersThatSayNothingOrPartOfTheirAddressKeepNoNodeOut() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    List<Socket> peers = new ArrayList<>();
    // it does not look for the other, so it is the other that connects
    try (TestNode a = new TestNode("a", 0, ports.subList(0, 1))) {
      for (int i = 0; i < 60; i++) {
        Socket peer = connect(ports.get(0));
        peers.add(peer);
        peer.getOutputStream().write(greeting(peer), 0, i % 12);
      }
      try (TestNode b = new TestNode("b", 1, ports)) {
        TestNode.await("joined", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
      }
      Socket last = peers.get(59);
      last.setSoTimeout(10_000);
      assertTrue(isClosedByPeer(last), "closed in bounded time");
    } finally {
      for (Socket peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void aMemberThatIsTheFailureDetectionOfANodeStopsTheStart() {
    int own = FreePorts.next();
    ClusterConfig config = TestNode.config("b", own, List.of(own, port + FAILURE_DETECTION));
    String refusal =
        assertThrows(IOException.class, () -> ClusterNode.join(config, Optional.empty()))
            .getCause()
            .getMessage();
    assertTrue(refusal.contains("127.0.0.1:" + (port + FAILURE_DETECTION)), refusal);
    assertTrue(refusal.startsWith("smq.cluster.members"), refusal);
    assertTrue(refusal.contains("smq.cluster.port + 100"), refusal);
  }

  @Test
  void otherServicesAreNotTakenForNodes() throws Exception {
    assertTrue(JoinCheck.mayBeNode(address(port)));
    assertFalse(JoinCheck.mayBeNode(address(port + FAILURE_DETECTION)));
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(JoinCheck.mayBeNode(address(server.getLocalPort())), "it may be frozen");
      server.accept().close();
      Thread answer =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  socket.getOutputStream().write("HTTP/1.1 400 \r\n\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      answer.start();
      assertFalse(JoinCheck.mayBeNode(address(server.getLocalPort())));
      answer.join();
    }
  }

  private static InetSocketAddress address(int to) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), to);
  }
}
