package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** The chat in a real browser, its visitors on different nodes. */
@ExtendWith(SharedCluster.class)
class ChatPageIT {

  private static Chromium chromium;

  private final TestCluster cluster;
  private final List<Page> visitors = new ArrayList<>();
  private Page ada;
  private Page bo;

  ChatPageIT(TestCluster cluster) {
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
  void bothJoin() {
    ada = join("Ada", 1);
    bo = join("Bo", 2);
    assertThat(person(ada, "Bo")).isVisible();
    assertThat(person(bo, "Ada")).isVisible();
  }

  @AfterEach
  void allLeave() {
    visitors.forEach(page -> page.context().close());
  }

  private Page join(String name, int node) {
    Page page = chromium.newPage(1000, 700);
    visitors.add(page);
    page.navigate(cluster.node(node).http("/chat/").toString());
    assertThat(page.locator("body")).hasAttribute("data-connection", "open");
    page.fill("#my-name", name);
    page.press("#my-name", "Enter");
    return page;
  }

  private static Locator person(Page page, String name) {
    return page.locator(".person").filter(new Locator.FilterOptions().setHasText(name)).last();
  }

  private static Locator message(Page page, String text) {
    return page.locator(".message").filter(new Locator.FilterOptions().setHasText(text));
  }

  private static void say(Page page, String text) {
    page.fill("#text", text);
    page.press("#text", "Enter");
  }

  @Test
  void whatIsSaidIsHeardOnBothNodesAsText() {
    say(ada, "hello <b>all</b>");
    assertThat(message(bo, "hello <b>all</b>")).hasCount(1);
    assertThat(message(ada, "hello <b>all</b>")).hasCount(1);
    assertThat(bo.locator(".message b")).hasCount(0);
  }

  @Test
  void aDirectMessageReachesOnePersonOnly() {
    Page cy = join("Cy", 1);
    assertThat(person(bo, "Cy")).isVisible();
    person(bo, "Ada").click();
    say(bo, "only for you");
    assertThat(message(ada, "only for you")).containsText("to you only");
    say(ada, "for all");
    assertThat(message(cy, "for all")).hasCount(1);
    assertThat(message(cy, "only for you")).hasCount(0);
  }

  @Test
  void aPersonThatTypesIsShownToTheOthers() {
    bo.locator("#text").pressSequentially("hm");
    assertThat(ada.locator("#typing")).hasText("Bo is typing …");
    assertThat(ada.locator("#typing")).hasText("");
  }

  @Test
  void aPersonThatClosesThePageIsGoneForTheOthers() {
    bo.close();
    assertThat(ada.locator(".note").last()).hasText("Bo has gone");
    assertThat(ada.locator(".person")).hasCount(1);
  }
}
