package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.NodeProcess;

/** A node with two brokers, each on its own URL: nothing of one is seen in the other. */
class SeveralBrokersIT {

  private static final String UID = "one-uid-for-both";
  private static final String TOPIC = "/several/brokers";

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static SmqClient connect(NodeProcess node, String transport, String path, String uid) {
    URI base = transport.equals("smq") ? node.device() : node.webSocket();
    SmqClient client = SmqClient.builder(base.resolve(path).toString()).uid(uid).start();
    value(client.connected());
    return client;
  }

  @Test
  void topicsUidsAndClientsOfOneBrokerAreInvisibleToTheOther() throws Exception {
    try (NodeProcess node =
        NodeProcess.builder("two-brokers")
            .property("smq.brokers", "smq=/smq.lsp|/smq, plant=/plant")
            .start()) {
      node.awaitReady();
      for (String transport : List.of("smq", "ws")) {
        try (SmqClient one = connect(node, transport, "/smq", UID);
            SmqClient other = connect(node, transport, "/plant", UID);
            SmqClient publisher = connect(node, transport, "/plant", "publisher")) {
          BlockingQueue<String> first = new LinkedBlockingQueue<>();
          BlockingQueue<String> second = new LinkedBlockingQueue<>();
          BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
          BlockingQueue<Integer> gone = new LinkedBlockingQueue<>();
          int tid = value(one.subscribe(TOPIC, message -> first.add(message.text())));
          value(other.subscribe(TOPIC, message -> second.add(message.text())));

          publisher.observe(value(publisher.create(TOPIC)), counts::add);
          publisher.observe(one.etid(), gone::add);
          publisher.publish(
              one.etid(), "to a client of the other".getBytes(StandardCharsets.UTF_8));
          publisher.publish(TOPIC, "plant".getBytes(StandardCharsets.UTF_8));
          one.publish(tid, "smq".getBytes(StandardCharsets.UTF_8));

          assertAll(
              transport,
              () -> assertNotEquals(one.etid(), other.etid()),
              () -> assertEquals("plant", second.poll(10, TimeUnit.SECONDS)),
              () -> assertEquals("smq", first.poll(10, TimeUnit.SECONDS)),
              () -> assertEquals(1, counts.poll(10, TimeUnit.SECONDS), "subscribers in plant"),
              () -> assertEquals(0, gone.poll(10, TimeUnit.SECONDS), "an ETID of smq in plant"),
              () -> assertEquals(SmqClient.State.CONNECTED, one.state()),
              () -> assertEquals(0, first.size() + second.size(), "messages that crossed"));
        }
      }
    }
  }
}
