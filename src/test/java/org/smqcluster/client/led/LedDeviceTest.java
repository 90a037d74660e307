package org.smqcluster.client.led;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.client.InProcessBroker;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;

/** SMQ section 5: what a page sees of a simulated device, on the real broker. */
class LedDeviceTest {

  private static final String DEVINFO =
      "{\"ipaddr\":\"127.0.0.1\",\"devname\":\"Device \\\"1\\\"\\u000a\",\"leds\":["
          + "{\"id\":1,\"name\":\"Red\",\"color\":\"red\",\"on\":false},"
          + "{\"id\":2,\"name\":\"Yellow\",\"color\":\"yellow\",\"on\":false},"
          + "{\"id\":3,\"name\":\"Green\",\"color\":\"green\",\"on\":false},"
          + "{\"id\":4,\"name\":\"Blue\",\"color\":\"blue\",\"on\":false}],\"temp\":TEMP";

  private final InProcessBroker broker = InProcessBroker.start();
  private final SmqClient page = SmqClient.builder(broker.url()).start();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final BlockingQueue<Message> reports = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> temperatures = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private LedDevice device;

  @BeforeEach
  void openPageAndStartDevice() throws Exception {
    page.subscribe("/m2m/led/device", reports::add).toCompletableFuture().join();
    page.subscribe("/m2m/temp", temperatures::add).toCompletableFuture().join();
    page.subscribeDirect("devinfo", answers::add).toCompletableFuture().join();
    device =
        LedDevice.start(
            SmqClient.builder(broker.url()).uid("device-1"),
            "Device \"1\"\n",
            Duration.ofMillis(100),
            timer,
            log::add);
  }

  @AfterEach
  void endAll() {
    device.close();
    page.close();
    timer.shutdownNow();
    broker.close();
  }

  private static Message next(BlockingQueue<Message> queue) throws InterruptedException {
    return queue.poll(5, TimeUnit.SECONDS);
  }

  @Test
  void itAnnouncesItselfWhenItConnects() throws Exception {
    Message announcement = next(reports);
    assertEquals("devinfo", nameOf(announcement.subtopic()));
    assertEquals(device.client().etid(), announcement.publisher());
    assertTrue(
        announcement
            .text()
            .matches(Pattern.quote(DEVINFO.replace("TEMP", "")) + "(1[5-9]|2\\d|3[0-5])\\d}"),
        announcement.text());
  }

  private String nameOf(int subtopic) {
    page.createSub("devinfo").toCompletableFuture().join();
    page.createSub("led").toCompletableFuture().join();
    return page.subtopicName(subtopic).orElseThrow();
  }

  @Test
  void itSwitchesAnLedReportsItAndLogsIt() throws Exception {
    Message announcement = next(reports);
    page.publish(announcement.publisher(), new byte[] {2, 1});
    Message report = next(reports);
    assertEquals("led", nameOf(report.subtopic()));
    assertArrayEquals(new byte[] {2, 1}, report.payload());
    assertTrue(device.isOn(2));
    log.take();
    assertEquals("Device \"1\"\n: LED 2 (yellow) on", log.poll(5, TimeUnit.SECONDS));
    page.publish(announcement.publisher(), new byte[] {2, 0});
    assertArrayEquals(new byte[] {2, 0}, next(reports).payload());
    assertFalse(device.isOn(2));
  }

  @Test
  void whatIsNoSwitchItIgnores() throws Exception {
    int etid = next(reports).publisher();
    page.publish(etid, new byte[] {1});
    page.publish(etid, "other", new byte[] {1, 1});
    page.publish(etid, new byte[] {9, 1});
    page.publish(etid, new byte[] {4, 1});
    assertArrayEquals(new byte[] {4, 1}, next(reports).payload());
    assertFalse(device.isOn(1));
  }

  @Test
  void aPageThatSaysHelloIsAnsweredAlone() throws Exception {
    next(reports);
    page.publish("/m2m/led/display", "Hello".getBytes(UTF_8));
    Message answer = next(answers);
    assertEquals(device.client().etid(), answer.publisher());
    assertTrue(answer.text().startsWith("{\"ipaddr\":\"127.0.0.1\""), answer.text());
    assertTrue(reports.isEmpty());
  }

  @Test
  void itReportsItsTemperatureNowAndThen() throws Exception {
    for (int i = 0; i < 3; i++) {
      byte[] payload = next(temperatures).payload();
      assertEquals(2, payload.length);
      int tenths = payload[0] << 8 | payload[1] & 0xFF;
      assertTrue(tenths >= 150 && tenths <= 350, () -> "temperature " + tenths);
    }
  }

  @Test
  void itsObserversAreToldWhenItGoes() throws Exception {
    BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
    page.observe(next(reports).publisher(), counts::add);
    device.close();
    assertEquals(0, counts.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void itKeepsItsLedsWhenItReconnects() throws Exception {
    Message announcement = next(reports);
    page.publish(announcement.publisher(), new byte[] {4, 1});
    next(reports);
    broker.broker().client(announcement.publisher()).orElseThrow().disconnect(CloseReason.DRAINING);
    Message again = next(reports);
    assertEquals("devinfo", nameOf(again.subtopic()));
    assertTrue(again.text().contains("\"color\":\"blue\",\"on\":true"), again.text());
  }
}
