package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
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

  private static final Pattern BLOCKED = Pattern.compile("OutputBuffer\\.blockAfterWriteIfNeeded");

  /** Their answers are more than the system takes of one connection, 4 MiB. */
  private static final int REQUESTS = 100;

  private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

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
    awaitBlockedThreads(1);
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
  void aPeerThatPausesForSecondsGetsAllOfItsAnswers() throws Exception {
    Socket peer = send("", REQUESTS);
    awaitBlockedThreads(1);
    // longer than the server's own time for a write
    Thread.sleep(5_000);
    peer.setSoTimeout(30_000);
    InputStream in = peer.getInputStream();
    byte[] buffer = new byte[65_536];
    StringBuilder answers = new StringBuilder();
    int ends = 0;
    while (ends < REQUESTS) {
      int read = in.read(buffer);
      assertTrue(read >= 0, "the connection was closed");
      answers.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
      int end;
      while ((end = answers.indexOf(LAST_CHUNK)) >= 0) {
        answers.delete(0, end + LAST_CHUNK.length());
        ends++;
      }
    }
  }

  @Test
  void peersThatDoNotReadKeepNoOtherOfTheirAddressWaiting() throws IOException {
    for (int i = 0; i < 16; i++) {
      send("", REQUESTS);
    }
    awaitBlockedThreads(4);
    Socket other = send("Connection: close\r\n", 1);
    // ten times faster than eight threads that wait for half a minute each
    other.setSoTimeout(15_000);
    assertTrue(
        new String(other.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
            .endsWith(LAST_CHUNK));
    Await.until(
        "half of the threads that one address may have are free of slow readers",
        Duration.ofSeconds(15),
        () -> blockedThreads() <= 4);
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

  private void awaitBlockedThreads(int count) {
    Await.until(
        "threads that wait for a peer", Duration.ofSeconds(30), () -> blockedThreads() >= count);
  }

  private long blockedThreads() {
    return BLOCKED.matcher(node.jcmd("Thread.print")).results().count();
  }

  private long workers() {
    return WORKERS.matcher(node.jcmd("Thread.print")).results().count();
  }

  private Socket send(String headers, int times) throws IOException {
    Socket peer = new Socket();
    peers.add(peer);
    peer.bind(new InetSocketAddress("127.0.7.7", 0));
    peer.setReceiveBufferSize(2048);
    peer.connect(new InetSocketAddress("127.0.0.1", node.httpPort()));
    String request = "GET /openapi HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
    peer.getOutputStream().write(request.repeat(times).getBytes(StandardCharsets.US_ASCII));
    return peer;
  }
}
