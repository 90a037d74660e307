package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** Peers that send HTTP requests one behind the other and read no answer. */
@ExtendWith(SharedCluster.class)
class UnreadAnswersIT {

  private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

  /** Of one write that waits in the server, as the JVM counts them. */
  private static final Pattern WRITES =
      Pattern.compile("(\\d+) +\\d+ +\\S+AsyncWriteQueueRecord\\b");

  private static final Pattern WORKERS = Pattern.compile("\"http-thread-pool::");

  private final NodeProcess node;
  private final List<Socket> peers = new ArrayList<>();

  UnreadAnswersIT(TestCluster cluster) {
    node = cluster.node(1);
  }

  @AfterEach
  void closeThem() throws IOException {
    for (Socket peer : peers) {
      peer.close();
    }
  }

  @Test
  void answersThatAPeerDoesNotReadWaitInTheSystemAndNotInTheHeap() throws IOException {
    for (int i = 0; i < 8; i++) {
      send("", 250);
    }
    Await.until(
        "a thread that waits for a peer",
        Duration.ofSeconds(30),
        () -> node.jcmd("Thread.print").contains("OutputBuffer.blockAfterWriteIfNeeded"));
    long waiting =
        WRITES
            .matcher(node.jcmd("GC.class_histogram"))
            .results()
            .mapToLong(count -> Long.parseLong(count.group(1)))
            .sum();

    // 8 KiB each; the server's own bound was some 290 for a connection
    assertTrue(waiting < peers.size() * 30L, () -> waiting + " writes wait");
  }

  @Test
  void requestsThatAskForAnUpgradeTakeNoMoreThreadsThanOthers() throws IOException {
    long before = workers();
    for (int i = 0; i < 150; i++) {
      send(UPGRADE, 1);
    }
    for (Socket peer : peers) {
      peer.setSoTimeout(30_000);
      assertTrue(peer.getInputStream().read() >= 0);
    }
    long more = workers() - before;

    assertTrue(more <= 16, () -> more + " threads more");
  }

  private long workers() {
    return WORKERS.matcher(node.jcmd("Thread.print")).results().count();
  }

  private void send(String headers, int times) throws IOException {
    Socket peer = new Socket();
    peers.add(peer);
    peer.bind(new InetSocketAddress("127.0.7.7", 0));
    peer.setReceiveBufferSize(2048);
    peer.connect(new InetSocketAddress("127.0.0.1", node.httpPort()));
    String request = "GET /openapi HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
    peer.getOutputStream().write(request.repeat(times).getBytes(StandardCharsets.US_ASCII));
  }
}
