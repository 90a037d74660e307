package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** The LED page in a real browser, with devices on the device port and real nodes. */
@ExtendWith(SharedCluster.class)
class LedPageIT {

  private static final Duration SOON = Duration.ofSeconds(10);

  /** The notes that say that an LED went on, and off; in Hz. */
  private static final int HIGH_NOTE = 660;

  private static final int LOW_NOTE = 440;

  private static Chromium chromium;

  private final TestCluster cluster;
  private final LedDevices devices = new LedDevices();
  private Page page;
  private PageErrors errors;

  LedPageIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  static void openBrowser() {
    chromium = Chromium.open();
  }

  @AfterAll
  static void closeBrowser() {
    chromium.close();
  }

  @BeforeEach
  void openPage() {
    cluster.restore();
    page = chromium.newPage(1400, 900);
    errors = PageErrors.watch(page);
  }

  @AfterEach
  void closePage() {
    page.context().close();
    devices.close();
    errors.assertNone();
  }

  @Test
  void aSwitchGoesToTheDeviceOnAnotherNodeAndItsAnswerComesBack() {
    String name = LedDevices.uniqueName("Greenhouse");
    LedDevice device = devices.start(name, cluster, 2);
    LedPage led = LedPage.open(page, cluster.node(1));
    led.select(name);
    led.assertSwitch(1, false);
    led.toggle(1).click();
    led.assertSwitch(1, true);
    led.assertNote(1, "on, confirmed by the device in \\d+ ms");
    assertTrue(device.isOn(1));
    assertThat(led.find("#celsius")).hasText(Pattern.compile("\\d+\\.\\d °C"));
    assertThat(led.find("#state")).hasText("online on node2");
  }

  @Test
  void aPageShowsWhichNodeItIsOn() {
    LedPage.open(page, cluster.node(2)).assertNode("node2");
  }

  @Test
  void aPageWithoutDevicesSaysSo() {
    LedPage led = LedPage.open(page, cluster.node(1));
    assertThat(led.find("#empty")).hasText("No device is online.");
  }

  @Test
  void aDeviceThatGoesLeavesTheListAndComesBackSelected() {
    String name = LedDevices.uniqueName("Barn");
    LedPage led = LedPage.open(page, cluster.node(1));
    LedDevice first = devices.start(name, cluster, 1);
    led.select(name);
    first.close();
    assertThat(led.entry(name)).hasCount(0);
    assertThat(led.find("#note")).isVisible();
    assertThat(led.toggle(1)).isDisabled();
    LedDevice again = devices.start(name, cluster, 2);
    assertThat(led.find("#note")).isHidden();
    led.toggle(3).click();
    led.assertSwitch(3, true);
    assertTrue(again.isOn(3));
  }

  @Test
  void aPageThatLosesItsNodeGoesOnAtTheOther() {
    String name = LedDevices.uniqueName("Pump house");
    LedDevice device = devices.start(name, cluster, 1);
    LedPage led = LedPage.open(page, cluster.node(1));
    led.assertNode("node1");
    led.select(name);
    led.toggle(2).click();
    led.assertSwitch(2, true);
    cluster.node(1).kill();
    led.awaitConnection("closed");
    led.awaitConnection("open");
    led.assertNode("node2");
    assertThat(led.find("#banner")).containsText("Moved from node1 to node2");
    // The device went to the other node too; its entry is selected again when it is back.
    assertThat(led.entry(name))
        .hasAttribute(
            "aria-current", "true", new LocatorAssertions.HasAttributeOptions().setTimeout(30_000));
    led.assertSwitch(2, true);
    led.toggle(2).click();
    led.assertSwitch(2, false);
    Await.until("the device to switch", SOON, () -> !device.isOn(2));
    // the node that served the page is dead: the other one tells where the device is now
    assertThat(led.find("#state"))
        .hasText("online on node2", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
  }

  @Test
  void aDeviceWhoseNodeDiesIsSoonShownAtTheOther() {
    String name = LedDevices.uniqueName("Sluice");
    devices.start(name, cluster, 1);
    LedPage led = LedPage.open(page, cluster.node(2));
    led.select(name);
    assertThat(led.find("#state")).hasText("online on node1");
    cluster.node(1).kill();
    assertThat(led.find("#state"))
        .hasText("online on node2", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
  }

  @Test
  void whatADeviceCallsItselfIsShownAsTextWhateverItIs() {
    String name = "<img src=x onerror=\"document.title='owned'\">" + LedDevices.uniqueName("");
    devices.start(name, cluster, 1);
    LedPage led = LedPage.open(page, cluster.node(2));
    led.select(name);
    assertThat(page.locator("main img")).hasCount(0);
    assertEquals("LED devices · SMQ cluster", page.title());
  }

  @Test
  void aDeviceThatDoesNotAnswerIsSaidToGiveNoAnswer() {
    String name = LedDevices.uniqueName("Mute");
    try (SmqClient mute = announceOnly(name)) {
      LedPage led = LedPage.open(page, cluster.node(1));
      led.select(name);
      led.toggle(7).click();
      led.assertNote(7, "asked to go on .*");
      led.assertNote(7, "no answer from the device, still off");
      led.assertSwitch(7, false);
      assertEquals(SmqClient.State.CONNECTED, mute.state());
    }
  }

  @Test
  void aDeviceSimulatedInThePageIsADeviceForAllPages() {
    LedPage led = LedPage.open(page, cluster.node(1));
    Page other = page.context().newPage();
    LedPage elsewhere = LedPage.open(other, cluster.node(2));
    led.find("#simulate").click();
    Locator entry = elsewhere.entry("Simulated device").first();
    entry.click();
    elsewhere.toggle(1).click();
    elsewhere.assertSwitch(1, true);
    led.find("#simulate").click();
    assertThat(elsewhere.entry("Simulated device")).hasCount(0);
  }

  @Test
  void theKeyboardAloneIsEnough() {
    String name = LedDevices.uniqueName("Keys");
    LedDevice device = devices.start(name, cluster, 1);
    LedPage led = LedPage.open(page, cluster.node(1));
    led.entry(name).focus();
    page.keyboard().press("Enter");
    led.assertSelected(name);
    led.toggle(4).focus();
    page.keyboard().press("Space");
    led.assertSwitch(4, true);
    assertTrue(device.isOn(4));
  }

  /** A device that says what it is and nothing more: it does not do what it is asked. */
  private SmqClient announceOnly(String name) {
    String devinfo =
        "{\"ipaddr\":\"10.0.0.1\",\"devname\":\"%s\",\"leds\":[{\"id\":7,\"name\":\"Lamp\",\"color\":\"red\",\"on\":false}]}"
            .formatted(name);
    byte[] bytes = devinfo.getBytes(StandardCharsets.UTF_8);
    SmqClient client = SmqClient.builder(cluster.node(1).device().toString()).start();
    client.subscribe(
        "/m2m/led/display", hello -> client.publish(hello.publisher(), "devinfo", bytes));
    client.publish("/m2m/led/device", "devinfo", bytes);
    return client;
  }

  @Test
  void theLineOfTheTemperatureGoesOnWithEachMessage() {
    String name = LedDevices.uniqueName("Thermometer");
    try (SmqClient thermometer = announceOnly(name)) {
      LedPage led = LedPage.open(page, cluster.node(2));
      led.select(name);
      assertThat(led.find("#temperature")).isHidden();
      AtomicInteger tenths = new AtomicInteger(215);
      // the page shows the device by the node's list, perhaps before it has subscribed to the topic
      Await.until(
          "the first temperature on the page",
          SOON,
          () -> {
            measure(thermometer, tenths.get());
            return led.find("#celsius").textContent().equals("21.5 °C");
          });
      int atFirst = line(led).size();

      // what comes within a second of the last point moves that one
      Await.until(
          "the line to have another point",
          SOON,
          () -> {
            measure(thermometer, tenths.incrementAndGet());
            return line(led).size() > atFirst;
          });

      assertThat(led.find("#celsius")).hasText(tenths.get() / 10.0 + " °C");
      List<Double> line = line(led);
      assertTrue(
          line.get(line.size() - 1) < line.get(0), "a warmer end is drawn higher up: " + line);
    }
  }

  private static void measure(SmqClient thermometer, int tenths) {
    thermometer.publish("/m2m/temp", new byte[] {(byte) (tenths >> 8), (byte) tenths});
  }

  /** The heights of the points that the line is drawn through, from the top of the picture. */
  private static List<Double> line(LedPage led) {
    String points = led.find("#chart polyline").getAttribute("points");
    return Stream.of(points.split(" ")).map(xy -> Double.valueOf(xy.split(",")[1])).toList();
  }

  @Test
  void thereIsNoSoundUntilItIsAskedForAndThenASwitchIsHeard() {
    page.addInitScript(
        """
        window.tones = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...when) {
          window.tones.push(this.frequency.value);
          return start.apply(this, when);
        };
        """);
    String name = LedDevices.uniqueName("Bell");
    devices.start(name, cluster, 1);
    LedPage led = LedPage.open(page, cluster.node(1));
    led.select(name);
    assertThat(led.find("#sound")).hasText("Sound off");
    led.toggle(1).click();
    led.assertNote(1, "on, confirmed by the device in \\d+ ms");
    assertEquals(List.of(), tones());

    led.find("#sound").click();
    assertThat(led.find("#sound")).hasAttribute("aria-pressed", "true");
    assertEquals(List.of(HIGH_NOTE), tones());
    led.toggle(1).click();
    led.assertNote(1, "off, confirmed by the device in \\d+ ms");
    led.toggle(1).click();
    led.assertNote(1, "on, confirmed by the device in \\d+ ms");
    assertEquals(List.of(HIGH_NOTE, LOW_NOTE, HIGH_NOTE), tones());

    led.find("#sound").click();
    led.toggle(1).click();
    led.assertNote(1, "off, confirmed by the device in \\d+ ms");
    assertEquals(3, tones().size());
  }

  /** The notes of switches that the page has played; those of other devices come and go. */
  private List<Integer> tones() {
    List<?> played = (List<?>) page.evaluate("window.tones");
    return played.stream()
        .map(note -> ((Number) note).intValue())
        .filter(note -> note == HIGH_NOTE || note == LOW_NOTE)
        .toList();
  }
}
