package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.net.URI;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.smqcluster.testing.NodeProcess;

/** The LED page as its visitors see it, alone or in a frame. */
final class LedPage {

  /** For what takes a node's death to be noticed; in ms. */
  private static final double PATIENCE = 30_000;

  private final Function<String, Locator> finder;

  private LedPage(Function<String, Locator> finder) {
    this.finder = finder;
  }

  static LedPage open(Page page, NodeProcess node) {
    return open(page, node.http("/led/"));
  }

  static LedPage open(Page page, URI address) {
    page.navigate(address.toString());
    LedPage opened = new LedPage(page::locator);
    opened.awaitConnection("open");
    return opened;
  }

  static LedPage in(FrameLocator frame) {
    return new LedPage(frame::locator);
  }

  Locator find(String selector) {
    return finder.apply(selector);
  }

  /**
   * @param state open or closed
   */
  void awaitConnection(String state) {
    assertThat(find("body"))
        .hasAttribute(
            "data-connection",
            state,
            new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE));
  }

  /** The device's entry in the left pane. */
  Locator entry(String deviceName) {
    return find("[data-device]").filter(new Locator.FilterOptions().setHasText(deviceName));
  }

  void select(String deviceName) {
    entry(deviceName).click(new Locator.ClickOptions().setTimeout(PATIENCE));
    assertSelected(deviceName);
  }

  void assertSelected(String deviceName) {
    assertThat(find("#name")).hasText(deviceName);
  }

  Locator toggle(int led) {
    return find("[role='switch'][data-led='" + led + "']");
  }

  void assertSwitch(int led, boolean on) {
    assertThat(toggle(led)).hasAttribute("aria-checked", Boolean.toString(on));
  }

  /** What is written below the LED's name. */
  void assertNote(int led, String regex) {
    assertThat(find("#led-" + led + "-note")).hasText(Pattern.compile(regex));
  }

  void assertNode(String name) {
    assertThat(find("#node"))
        .hasText(name, new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE));
  }
}
