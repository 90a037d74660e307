package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
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
    String devinfo =
        "{\"ipaddr\":\"10.0.0.1\",\"devname\":\"%s\",\"leds\":[{\"id\":7,\"name\":\"Lamp\",\"color\":\"red\",\"on\":false}]}"
            .formatted(name);
    byte[] bytes = devinfo.getBytes(StandardCharsets.UTF_8);
    try (SmqClient mute = SmqClient.builder(cluster.node(1).device().toString()).start()) {
      mute.subscribe(
          "/m2m/led/display", hello -> mute.publish(hello.publisher(), "devinfo", bytes));
      mute.publish("/m2m/led/device", "devinfo", bytes);
      LedPage led = LedPage.open(page, cluster.node(1));
      led.select(name);
      led.toggle(7).click();
      led.assertNote(7, "asked to go on .*");
      led.assertNote(7, "no answer from the device, still off");
      led.assertSwitch(7, false);
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
}
