package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.threads.DaemonThreads;

class HandshakeServerSocketTest {

  private static final int CROWD = 200;

  @Test
  void silentConnectionsOfOneAddressEndNoHandshakeOfAnother() throws Exception {
    CountDownLatch begun = new CountDownLatch(CROWD + 1);
    List<Socket> crowd = new ArrayList<>();
    try (HandshakeServerSocket server =
            new HandshakeServerSocket(
                peer -> {
                  begun.countDown();
                  peer.getInputStream().read();
                  return peer;
                });
        Socket honest = new Socket()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Future<Socket> accepted =
          Executors.newSingleThreadExecutor(new DaemonThreads("accept")).submit(server::accept);
      honest.connect(server.getLocalSocketAddress());
      for (int i = 0; i < CROWD; i++) {
        Socket silent = new Socket();
        crowd.add(silent);
        silent.bind(new InetSocketAddress("127.0.0.9", 0));
        silent.connect(server.getLocalSocketAddress());
      }
      assertTrue(begun.await(10, TimeUnit.SECONDS));

      honest.getOutputStream().write(1);

      try (Socket shaken = accepted.get(10, TimeUnit.SECONDS)) {
        assertEquals(honest.getLocalSocketAddress(), shaken.getRemoteSocketAddress());
      }
    } finally {
      for (Socket silent : crowd) {
        silent.close();
      }
    }
  }
}
