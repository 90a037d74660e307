package org.smqcluster.admin.alarms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;

class AlarmWebhookTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static Alarm alarm(String node) {
    return new Alarm("SmqNodeDown", "critical", node, "", node + " is gone", 1, Instant.EPOCH);
  }

  @Test
  void anAlarmThatCannotBeSentKeepsNoOtherFromBeingTried() {
    List<String> tried = new CopyOnWriteArrayList<>();
    AlarmWebhook webhook =
        new AlarmWebhook(
            "unknown://webhook",
            told -> {
              tried.add(told.alarm().node());
              return "";
            });
    for (int i = 0; i <= AlarmWebhook.CAPACITY; i++) {
      webhook.tell("firing", alarm("node" + i));
    }
    assertEquals(AlarmWebhook.CAPACITY + 1, tried.size());
    assertEquals(0, webhook.waiting());
  }

  @Test
  void alarmsArePostedOneByOneAndOfThoseThatWaitTheLatestAreKept() throws Exception {
    List<String> posted = new CopyOnWriteArrayList<>();
    CountDownLatch answers = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var threads = Executors.newSingleThreadExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          try {
            answers.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/alarms";
      AlarmWebhook webhook =
          new AlarmWebhook(url, told -> told.state() + " " + told.alarm().node());
      webhook.tell("firing", alarm("first"));
      Await.until("the first", SOON, () -> posted.size() == 1);
      for (int i = 0; i < AlarmWebhook.CAPACITY + 50; i++) {
        webhook.tell("resolved", alarm("node" + i));
      }
      answers.countDown();
      Await.until("the others", SOON, () -> posted.size() == 1 + AlarmWebhook.CAPACITY);
      assertEquals("firing first", posted.get(0));
      assertEquals("resolved node50", posted.get(1));
      assertEquals(101, posted.size());
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
