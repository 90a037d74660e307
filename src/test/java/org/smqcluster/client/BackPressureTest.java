package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.client.ClientRecorder.failure;
import static org.smqcluster.client.ClientRecorder.value;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.client.ScriptedBroker.Peer;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/** Nothing that waits grows without bound, whichever side is slow. */
class BackPressureTest {

  private static final int ETID = 0x40000007;
  private static final int BUFFER = 100_000;
  private static final byte[] PAYLOAD = new byte[10_000];

  private final ScriptedBroker broker = new ScriptedBroker();
  private SmqClient client;

  @AfterEach
  void endAll() {
    broker.close();
    client.close();
  }

  private SmqClient.Builder builder(SendPolicy policy) {
    return SmqClient.builder(broker.url()).sendBuffer(BUFFER, policy);
  }

  private Peer connect(SmqClient.Builder builder) throws Exception {
    client = builder.start();
    Peer peer = broker.acceptClient(ETID);
    value(client.connected());
    return peer;
  }

  @Test
  void aFullBufferFailsTheStageIfSoChosen() throws Exception {
    client = builder(SendPolicy.FAIL).start();
    CompletionStage<Void> published = client.publish(5, PAYLOAD);
    while (!published.toCompletableFuture().isCompletedExceptionally()) {
      published = client.publish(5, PAYLOAD);
    }
    assertEquals(Kind.BUFFER_FULL, failure(published).kind());
    Peer peer = broker.acceptClient(ETID);
    for (int i = 0; i < BUFFER / (PAYLOAD.length + 64); i++) {
      assertEquals(PAYLOAD.length, peer.expect(Packet.Publish.class).payloadLength());
    }
    value(client.publish(5, PAYLOAD));
  }

  @Test
  void aMessageLargerThanTheBufferMayWaitAlone() throws Exception {
    client = SmqClient.builder(broker.url()).sendBuffer(10, SendPolicy.FAIL).start();
    CompletionStage<Void> first = client.publish(5, PAYLOAD);
    assertEquals(Kind.BUFFER_FULL, failure(client.publish(5, PAYLOAD)).kind());
    broker.acceptClient(ETID).expect(Packet.Publish.class);
    value(first);
  }

  @Test
  void aPublisherWaitsForABrokerThatDoesNotRead() throws Exception {
    Peer peer = connect(builder(SendPolicy.BLOCK));
    int messages = 2_000;
    AtomicInteger handedOver = new AtomicInteger();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 0; i < messages; i++) {
                client.publish(5, PAYLOAD);
                handedOver.incrementAndGet();
              }
            });
    publisher.start();
    Await.until(
        "the publisher to be held up",
        Duration.ofSeconds(10),
        () -> publisher.getState() == Thread.State.WAITING && handedOver.get() > 10);
    assertTrue(handedOver.get() < messages, "20 MB cannot be anywhere else");
    for (int i = 0; i < messages; i++) {
      peer.expect(Packet.Publish.class);
    }
    publisher.join(5_000);
    assertFalse(publisher.isAlive());
  }

  @Test
  void aPublisherThatWaitsIsFreedByClose() throws Exception {
    client = builder(SendPolicy.BLOCK).start();
    CompletableFuture<Kind> last = new CompletableFuture<>();
    Thread publisher =
        new Thread(
            () -> {
              CompletionStage<Void> published = client.publish(5, PAYLOAD);
              while (!published.toCompletableFuture().isCompletedExceptionally()) {
                published = client.publish(5, PAYLOAD);
              }
              last.complete(failure(published).kind());
            });
    publisher.start();
    Await.until(
        "the publisher to be held up",
        Duration.ofSeconds(5),
        () -> publisher.getState() == Thread.State.WAITING);
    client.close();
    assertEquals(Kind.CLOSED, last.get(5, TimeUnit.SECONDS));
  }

  @Test
  void aHandlerThatCouldWaitForItselfIsToldSo() throws Exception {
    Peer peer = connect(builder(SendPolicy.BLOCK));
    CompletableFuture<Kind> outcome = new CompletableFuture<>();
    client.subscribeDirect(
        message -> {
          client.publish("asked for", PAYLOAD);
          for (int i = 0; i < 20; i++) {
            CompletionStage<Void> published = client.publish("asked for", PAYLOAD);
            if (published.toCompletableFuture().isCompletedExceptionally()) {
              outcome.complete(failure(published).kind());
            }
          }
        });
    peer.send(Packet.Publish.of(ETID, 5, 0, new byte[0]));
    assertEquals(Kind.BUFFER_FULL, outcome.get(5, TimeUnit.SECONDS));
  }

  @Test
  void aHandlerThatIsSlowHoldsUpTheBrokerNotTheMemory() throws Exception {
    Peer peer = connect(builder(SendPolicy.BLOCK).receiveBuffer(BUFFER));
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    client.subscribeDirect(
        message -> {
          try {
            release.await();
            taken.incrementAndGet();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    int messages = 2_000;
    AtomicInteger sent = new AtomicInteger();
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < messages; i++) {
                  peer.send(Packet.Publish.of(ETID, 5, 0, PAYLOAD));
                  sent.incrementAndGet();
                }
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    sender.start();
    int[] before = {-1};
    Await.until(
        "the broker to be held up",
        Duration.ofSeconds(10),
        () -> {
          int now = sent.get();
          boolean still = now > 10 && now == before[0];
          before[0] = now;
          return still;
        });
    assertTrue(sent.get() < messages, "20 MB cannot be anywhere else");
    release.countDown();
    sender.join(5_000);
    Await.until("all messages", Duration.ofSeconds(5), () -> taken.get() == messages);
  }
}
