package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** The cluster page in a real browser: two frames, two nodes, one device. */
@ExtendWith(SharedCluster.class)
class ClusterPageIT {

  private static Chromium chromium;

  private static final Duration SOON = Duration.ofSeconds(10);

  private final TestCluster cluster;
  private final LedDevices devices = new LedDevices();
  private Page page;
  private PageErrors errors;

  ClusterPageIT(TestCluster cluster) {
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
    page = chromium.newPage(1400, 1200);
    errors = PageErrors.watch(page);
    page.navigate(cluster.node(1).http("/").toString());
  }

  @AfterEach
  void closePage() {
    page.context().close();
    devices.close();
    errors.assertNone();
  }

  private LedPage frame(String node) {
    LedPage led = LedPage.in(page.frameLocator("iframe[data-node='" + node + "']"));
    led.awaitConnection("open");
    return led;
  }

  @Test
  void aSwitchInOneFrameChangesTheDeviceAndTheOtherFrame() {
    String name = LedDevices.uniqueName("Workshop");
    LedDevice device = devices.start(name, cluster, 1);
    LedPage left = frame("node1");
    LedPage right = frame("node2");
    left.assertNode("node1");
    right.assertNode("node2");
    left.select(name);
    // One click is enough: the other frame follows.
    right.assertSelected(name);
    left.toggle(1).click();
    right.assertSwitch(1, true);
    left.assertSwitch(1, true);
    Await.until("the device to switch", SOON, () -> device.isOn(1));
    right.toggle(1).click();
    left.assertSwitch(1, false);
    Await.until("the device to switch back", SOON, () -> !device.isOn(1));
  }

  @Test
  void aButtonShowsADeviceInBothFrames() {
    String name = LedDevices.uniqueName("Attic");
    devices.start(name, cluster, 2);
    LedPage left = frame("node1");
    LedPage right = frame("node2");
    page.locator("#both button").filter(new Locator.FilterOptions().setHasText(name)).click();
    left.assertSelected(name);
    right.assertSelected(name);
  }

  @Test
  void thePictureShowsEachNodeWithItsClients() {
    Locator picture = page.locator("#picture");
    assertThat(picture)
        .hasAttribute(
            "aria-label",
            Pattern.compile(
                "2 nodes: node1 is ready with \\d+ clients?; node2 is ready with \\d+ clients?"));
  }

  @Test
  void withoutAdministratorsThePagesSayHowToSwitchItOn() {
    assertThat(page.locator("#may-not")).isVisible();
    assertThat(page.locator(".node-buttons").first()).isHidden();
    HttpResponse<String> answer =
        cluster
            .node(1)
            .send(
                cluster
                    .node(1)
                    .request("/api/cluster/nodes/node2/stop")
                    .POST(HttpRequest.BodyPublishers.noBody()));
    assertEquals(403, answer.statusCode());
    assertTrue(answer.body().contains("Set smq.admin.users"), answer.body());
    page.navigate(cluster.node(1).http("/admin/").toString());
    assertThat(page.locator("#off h1")).hasText("Administration is off");
    assertThat(page.locator("#off")).containsText("smqctl password NAME");
    assertThat(page.locator("#login")).isHidden();
  }

  @Test
  void aNodeThatDiesIsShownPlainlyAndItsFrameMovesOn() {
    LedPage right = frame("node2");
    right.assertNode("node2");
    cluster.node(2).kill();
    Locator chip = page.locator(".window:has(iframe[data-node='node2']) .window-head .chip");
    assertThat(chip)
        .hasText(
            "node2 is down; this page moved to node1",
            new LocatorAssertions.HasTextOptions().setTimeout(40_000));
    right.assertNode("node1");
    assertThat(page.locator(".node-card").filter(new Locator.FilterOptions().setHasText("node2")))
        .containsText("stopped");
  }

  @Test
  void whenThePagesOwnNodeDiesTheOtherFrameTellsOfTheCluster() {
    frame("node1").assertNode("node1");
    frame("node2").assertNode("node2");
    cluster.node(1).kill();
    assertThat(page.locator("#banner"))
        .containsText(
            "node1 that served this page does not answer",
            new LocatorAssertions.ContainsTextOptions().setTimeout(40_000));
    assertThat(page.locator("#banner a")).hasText("node2");
    assertThat(page.locator(".node-card").filter(new Locator.FilterOptions().setHasText("node1")))
        .containsText("stopped", new LocatorAssertions.ContainsTextOptions().setTimeout(40_000));
  }
}
