package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** The LED page with hours of news in seconds, and with hundreds of devices. */
@ExtendWith(SharedCluster.class)
class LedPageLoadIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** Devices that come and go side by side; each life is one of a UID's. */
  private static final int UIDS = 40;

  private static final int REPORTS_IN_A_LIFE = 20;
  private static final long HEAP_NOISE_BYTES = 512 * 1024;
  private static final int HUNDREDS = 500;

  private final TestCluster cluster;
  private Chromium chromium;
  private Page page;

  LedPageLoadIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void open() {
    cluster.restore();
    chromium = Chromium.open();
    page = chromium.newPage(1400, 900);
  }

  @AfterEach
  void close() {
    chromium.close();
  }

  // ---- hours of news

  /** What the page holds after the browser has thrown away what it does not need. */
  private record Held(long heapBytes, long nodes, long listeners) {}

  private Held held(CDPSession session) {
    session.send("HeapProfiler.collectGarbage");
    var counters = session.send("Memory.getDOMCounters");
    return new Held(
        session.send("Runtime.getHeapUsage").get("usedSize").getAsLong(),
        counters.get("nodes").getAsLong(),
        counters.get("jsEventListeners").getAsLong());
  }

  @Test
  void aPageThatSeesThousandsOfNewsHoldsNoMoreThanBefore() throws Exception {
    LedPage led = LedPage.open(page, cluster.node(1));
    CDPSession session = page.context().newCDPSession(page);
    session.send("HeapProfiler.enable");
    live(led, 3);
    Held before = held(session);
    live(led, 8);
    Held after = held(session);
    System.out.println(before + " became " + after);
    assertTrue(
        after.heapBytes() - before.heapBytes() < HEAP_NOISE_BYTES, before + " became " + after);
    assertTrue(after.nodes() - before.nodes() < 100, before + " became " + after);
    assertTrue(after.listeners() - before.listeners() < 20, before + " became " + after);
  }

  /** All devices live some lives, one after the other; returns when the page has seen the last. */
  private void live(LedPage led, int times) throws Exception {
    String name = LedDevices.uniqueName("Mayfly");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> lives = new ArrayList<>();
      for (int i = 0; i < times * UIDS; i++) {
        int uid = i % UIDS;
        lives.add(() -> live("mayfly-" + uid, name + " " + uid));
      }
      for (Future<Void> life : threads.invokeAll(lives)) {
        life.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(led.find("#gone li").filter(new Locator.FilterOptions().setHasText(name)).first())
        .isAttached();
    assertThat(led.entry(name))
        .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(SOON.toMillis()));
  }

  private Void live(String uid, String name) throws Exception {
    try (SmqClient device =
        SmqClient.builder(cluster.node(1).device().toString()).uid(uid).start()) {
      device.connected().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
      String devinfo =
          "{\"ipaddr\":\"10.0.0.1\",\"devname\":\"%s\",\"leds\":[{\"id\":1,\"name\":\"Lamp\",\"color\":\"red\",\"on\":false}],\"temp\":200}"
              .formatted(name);
      device.publish("/m2m/led/device", "devinfo", devinfo.getBytes(StandardCharsets.UTF_8));
      CompletionStage<?> last = CompletableFuture.completedStage(null);
      for (int i = 0; i < REPORTS_IN_A_LIFE; i++) {
        device.publish("/m2m/led/device", "led", new byte[] {1, (byte) (i % 2)});
        byte[] tenths = ByteBuffer.allocate(2).putShort((short) (200 + i)).array();
        last = device.publish("/m2m/temp", tenths);
      }
      last.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
    return null;
  }

  // ---- hundreds of devices

  @Test
  void aSwitchIsNotSlowedDownByHundredsOfDevices() {
    String name = LedDevices.uniqueName("Crowd");
    try (LedDevices devices = new LedDevices()) {
      List<LedDevice> all = new ArrayList<>();
      for (int i = 0; i < HUNDREDS; i++) {
        all.add(devices.start(name + " " + i, cluster, 1 + i % 2, Duration.ofSeconds(2)));
      }
      LedPage led = LedPage.open(page, cluster.node(1));
      assertThat(led.entry(name))
          .hasCount(HUNDREDS, new LocatorAssertions.HasCountOptions().setTimeout(SOON.toMillis()));
      assertThat(led.find("#search")).isVisible();
      led.find("#search").fill(name + " 499");
      assertThat(led.find("[data-device]:visible")).hasCount(1);
      assertThat(led.find("#count")).hasText(java.util.regex.Pattern.compile("1 of \\d+"));
      led.entry(name + " 499").click();
      led.find("#search").fill("");
      Object longest = page.evaluate(LONGEST_STANDSTILL);
      led.toggle(1).click();
      led.assertSwitch(1, true);
      led.assertNote(1, "on, confirmed by the device in \\d+ ms");
      Await.until("the device to switch", SOON, () -> all.get(499).isOn(1));
      String note = led.find("#led-1-note").textContent();
      int took = Integer.parseInt(note.replaceAll("\\D+(\\d+) ms", "$1"));
      System.out.println(
          HUNDREDS + " devices: " + note + ", longest standstill " + longest + " ms");
      assertTrue(took < 2000, note);
      assertTrue(((Number) longest).intValue() < 3000, "the page stood still for " + longest);
      assertEquals(HUNDREDS, led.entry(name).count());
    }
  }

  /** How long the page's one thread is busy at most within three seconds, in ms. */
  private static final String LONGEST_STANDSTILL =
      """
      new Promise((done) => {
        const end = performance.now() + 3000;
        let last = performance.now();
        let longest = 0;
        const look = () => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
          if (now < end) setTimeout(look, 0);
          else done(Math.round(longest));
        };
        look();
      })
      """;
}
