package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.testing.Axe;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** What axe-core finds on the pages by the rules of WCAG 2.2, levels A and AA: nothing. */
@ExtendWith(SharedCluster.class)
class AccessibilityIT {

  private final TestCluster cluster;

  AccessibilityIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"/", "/led/", "/chat/", "/nowhere"})
  void aPageHasNoBarrierThatAxeKnows(String path) {
    String name = LedDevices.uniqueName("Axe");
    try (LedDevices devices = new LedDevices();
        Chromium chromium = Chromium.open()) {
      devices.start(name, cluster, 1);
      Page page = chromium.newPage(1400, 900);
      page.navigate(cluster.node(1).http(path).toString());
      show(page, path, name);
      for (int width : List.of(1400, 320)) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          page.setViewportSize(width, 900);
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          String where = path + ", " + width + " px, " + scheme;
          for (Frame frame : page.frames()) {
            assertEquals(List.of(), Axe.barriers(frame), where + ", " + frame.url());
          }
          assertEquals(0, tooWide(page), where);
        }
      }
    }
  }

  private static Object tooWide(Page page) {
    return page.evaluate("document.documentElement.scrollWidth - innerWidth");
  }

  /** Brings the page into the state in which a visitor uses it. */
  private static void show(Page page, String path, String device) {
    switch (path) {
      case "/" -> {
        assertThat(page.locator("iframe")).hasCount(2);
        for (String node : List.of("node1", "node2")) {
          LedPage window = LedPage.in(page.frameLocator("iframe[data-node='" + node + "']"));
          window.awaitConnection("open");
          assertThat(window.find(".bar")).isHidden();
        }
        assertThat(page.locator("#both button").first()).isVisible();
      }
      case "/nowhere" -> assertThat(page.locator(".card h1")).hasText("Not Found");
      case "/led/" -> {
        assertThat(page.locator("body")).hasAttribute("data-connection", "open");
        page.locator("[data-device]:has-text('" + device + "')").click();
        page.locator("[data-led='1']").click();
        assertThat(page.locator("[data-led='1']")).hasAttribute("aria-checked", "true");
      }
      default -> {
        page.setViewportSize(320, 900);
        assertEquals(0, tooWide(page), "before one has joined");
        page.fill("#my-name", "Ada");
        page.press("#my-name", "Enter");
        page.fill("#text", "hello");
        page.press("#text", "Enter");
        assertThat(page.locator(".message").first()).isVisible();
      }
    }
  }

  @Test
  void reducedMotionIsRespected() {
    try (Chromium chromium = Chromium.open()) {
      Page page = chromium.newPage(1400, 900);
      page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
      page.navigate(cluster.node(1).http("/").toString());
      assertThat(page.locator("#picture .node")).hasCount(2);
      assertThat(page.locator("#picture animateMotion")).hasCount(0);
    }
  }
}
