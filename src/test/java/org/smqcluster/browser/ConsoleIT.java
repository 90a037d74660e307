package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.admin.SharedAdminCluster;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Axe;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.TestCluster;

/** The console as operators use it, in a real browser, for a cluster of two nodes. */
@ExtendWith(SharedAdminCluster.class)
class ConsoleIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final List<String> VIEWS =
      List.of(
          "overview",
          "nodes",
          "clients",
          "client?uid=console-view",
          "topics",
          "topic?name=none",
          "devices",
          "events",
          "trace",
          "alarms",
          "bans",
          "audit");

  private static TestCluster cluster;
  private static Chromium chromium;

  private final List<SmqClient> clients = new ArrayList<>();
  private Page page;

  @BeforeAll
  static void open(TestCluster shared) {
    cluster = shared;
    chromium = Chromium.open();
  }

  @AfterAll
  static void close() {
    chromium.close();
  }

  @AfterEach
  void end() {
    page.context().close();
    clients.forEach(SmqClient::close);
  }

  /** A client of node 1 that goes to the other when it must. */
  private SmqClient client(String uid) throws Exception {
    SmqClient client =
        SmqClient.builder(cluster.node(1).device().toString(), cluster.node(2).device().toString())
            .uid(uid)
            .start();
    clients.add(client);
    client.connected().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    return client;
  }

  /** Logs in at node 2 and shows a view. */
  private void console(String view, int width) {
    page = chromium.newPage(width, 900);
    page.navigate(address(view));
    assertThat(page.locator("#login-hint")).hasText("Ask the operators of the cluster.");
    logIn();
  }

  private void logIn() {
    page.fill("[name=user]", "admin");
    page.fill("[name=password]", AdminApi.PASSWORD);
    page.keyboard().press("Enter");
    assertThat(page.locator("body")).hasAttribute("data-session", "open");
  }

  private static String address(String view) {
    return cluster.node(2).http("/admin/").resolve("#" + view).toString();
  }

  private Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private static LocatorAssertions.HasAttributeOptions patiently() {
    return new LocatorAssertions.HasAttributeOptions().setTimeout(SOON.toMillis());
  }

  // ---- the login ends in the middle

  @Test
  void aLoginThatEndsIsAskedForAboveTheViewAndTheDialogWhichGoOn() {
    console("nodes", 1400);
    page.locator("[data-node=node2]").getByText("Drain").click();
    assertThat(page.locator("#dialog")).containsText("Drain node2?");
    endLogin();
    assertThat(page.locator("#login-again")).containsText("Your login is over");
    page.fill("[name=password]", "wrong");
    page.keyboard().press("Enter");
    assertThat(page.locator("#login-again")).containsText("User or password is wrong");
    page.fill("[name=password]", AdminApi.PASSWORD);
    page.keyboard().press("Enter");
    assertThat(page.locator("#login-again")).isHidden();
    assertThat(page.locator("#dialog")).containsText("Drain node2?");
    page.locator("#dialog").getByText("Leave it as it is").click();
    assertThat(page.locator("[data-node=node2]")).hasAttribute("data-state", "ready");

    page.navigate(address("events"));
    Locator live = page.locator(".chip", new Page.LocatorOptions().setHasText("live"));
    assertThat(live).isVisible();
    endLogin();
    assertThat(page.locator("#login-again")).isVisible();
    logIn();
    assertThat(live).isVisible();
    assertTrue(page.url().endsWith("#events"), page.url());
  }

  @Test
  void everyViewAsksForALoginThatIsOverAndGoesOnWhereItWasWithItsDialog() throws Exception {
    client("console-view");
    console("overview", 1400);
    page.clock().install();
    page.reload();
    Map<String, String> dialogs =
        Map.of("nodes", "Stop hard …", "bans", "Ban …", "client?uid=console-view", "Disconnect …");
    Locator title = page.locator("#view h1");
    Locator again = page.locator("#login-again");
    for (String view : VIEWS) {
      page.navigate(address(view));
      assertThat(title).isVisible();
      String shown = title.innerText();
      if (dialogs.containsKey(view)) {
        button(dialogs.get(view)).first().click();
      }
      endLogin();
      page.clock().fastForward(5_000);
      assertThat(again).containsText("Your login is over");
      page.fill("[name=password]", AdminApi.PASSWORD);
      page.keyboard().press("Enter");
      assertThat(again).isHidden();
      assertThat(page.locator("#dialog[open]")).hasCount(dialogs.containsKey(view) ? 1 : 0);
      page.keyboard().press("Escape");
      assertThat(title).hasText(shown);
      assertThat(page.locator("#banner")).isHidden();
      // a client's page puts the ETID of the client before its UID
      for (String part : view.split("[?&]")) {
        assertTrue(page.url().contains(part), page.url());
      }
    }
  }

  /** As a logout in another window does. */
  private void endLogin() {
    page.request()
        .delete(
            cluster.node(2).http("/api/session").toString(),
            RequestOptions.create().setHeader("X-Requested-By", "test"));
  }

  // ---- lists

  @Test
  void theUrlHasWhatAListShowsAndOnlyWhatWasSubmittedCounts() throws Exception {
    String longUid = "console-list-" + "x".repeat(230);
    client(longUid);
    for (int i = 0; i < 27; i++) {
      client("console-list-" + i);
    }
    console("clients?uid=console-list&limit=25", 1400);
    Locator total = page.locator(".total");
    assertThat(total).hasText("1 to 25 of 28 · page 1 of 2");
    button("UID").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("[aria-sort=descending]")).hasText("UID");
    assertThat(button("UID")).isFocused();
    assertThat(page.locator("#view .long a").first()).hasText(longUid);
    assertEquals(1, linesOf("#view td[data-label=Address] > *"), "a long UID squeezes no column");
    assertEquals(0, tooWide());

    page.fill("[name=uid]", "not submitted");
    button("Last").click();
    assertThat(total).hasText("26 to 28 of 28 · page 2 of 2");
    assertThat(page.locator("[name=uid]")).hasValue("not submitted");
    page.reload();
    assertThat(total).hasText("26 to 28 of 28 · page 2 of 2");
    assertThat(page.locator("[name=uid]")).hasValue("console-list");
    page.goBack();
    assertThat(total).hasText("1 to 25 of 28 · page 1 of 2");

    page.fill("[name=uid]", "console-list-2");
    page.keyboard().press("Enter");
    assertThat(total).hasText("1 to 8 of 8 · page 1 of 1");
    page.locator("#view .long a").first().click();
    assertThat(page.locator("#view h1")).hasText("console-list-26");
    page.goBack();
    assertThat(total).hasText("1 to 8 of 8 · page 1 of 1");

    Download csv = page.waitForDownload(button("CSV")::click);
    List<String> lines = Files.readAllLines(csv.path());
    assertEquals(9, lines.size());
    assertTrue(lines.get(0).contains("uid"), lines.get(0));
    assertTrue(csv.suggestedFilename().matches("clients-.+\\.csv"), csv.suggestedFilename());

    page.fill("[name=uid]", "console-list-none");
    page.keyboard().press("Enter");
    assertThat(page.locator("#view .empty")).containsText("Nothing matches");
  }

  /** How many lines of text the first of these elements has. */
  private Object linesOf(String selector) {
    return page.evaluate(
        "s => Math.round(document.querySelector(s).getBoundingClientRect().height"
            + " / parseFloat(getComputedStyle(document.querySelector(s)).lineHeight))",
        selector);
  }

  private Object tooWide() {
    return page.evaluate(
        "Math.max(...[document.documentElement, ...document.querySelectorAll('.scroll')]"
            + ".map(each => each.scrollWidth - each.clientWidth))");
  }

  @Test
  void aListThatCannotBeReadSaysThatItIsNotUpToDate() throws Exception {
    SmqClient gone = client("console-stale");
    console("clients?uid=console-stale", 1400);
    Locator link = page.locator("#view .long a");
    link.focus();
    gone.close();
    assertThat(page.locator("#view .empty")).isVisible();
    assertThat(page.locator("#view section.card")).isFocused();
    page.route("**/api/clients?*", route -> route.abort());
    button("Search").click();
    assertThat(page.locator(".fresh")).hasText(Pattern.compile("Not up to date: as of .+"));
    assertThat(page.locator("#problem")).hasText("The node does not answer.");
    Locator chip = page.locator("#served");
    assertThat(chip).hasText("node2 does not answer");
    assertThat(chip).hasAttribute("data-state", "bad");
    assertThat(page.locator("#others a")).hasText("node1");
    assertThat(page.locator("#others a"))
        .hasAttribute("href", cluster.node(1).http("/admin/").toString());
    page.unroute("**/api/clients?*");
    button("Search").click();
    assertThat(page.locator(".fresh")).hasText(Pattern.compile("As of .+"));
    assertThat(page.locator("#banner")).isHidden();
    assertThat(chip).hasText("node2");
    assertThat(chip).hasAttribute("data-state", "good");
  }

  @Test
  void chosenClientsAreDisconnectedWithOneQuestion() throws Exception {
    for (int i = 0; i < 26; i++) {
      client("console-bulk-" + i);
    }
    console("clients?uid=console-bulk&limit=25", 1400);
    page.locator("tbody [type=checkbox]").nth(0).check();
    page.locator("tbody [type=checkbox]").nth(2).check();
    button("Disconnect 2 chosen …").click();
    page.locator("#dialog").getByText("Disconnect 2 clients", exactly()).click();
    assertThat(page.locator("#notice")).hasText("2 of 2 are disconnected.");
    assertThat(page.locator(".total")).hasText("1 to 24 of 24 · page 1 of 1");
    page.navigate(address("clients?uid=console-bulk-1&limit=25"));
    page.getByLabel("All of this page").check();
    button("Disconnect 10 chosen …").click();
    page.locator("#dialog").getByText("Leave them connected").click();
    assertThat(page.locator("[type=checkbox]:checked")).hasCount(11);
  }

  private static Locator.GetByTextOptions exactly() {
    return new Locator.GetByTextOptions().setExact(true);
  }

  // ---- a client, a topic, devices

  @Test
  void anOperatorFindsAClientInTheConsoleAndDisconnectsItByKeyboard() throws Exception {
    SmqClient client = client("console-found");
    client.subscribe("/console/found", m -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
    console("clients", 1400);
    page.fill("[name=uid]", "OLE-FOUND");
    page.keyboard().press("Enter");
    Locator found = page.locator("#view .long a");
    assertThat(found).hasText("console-found");
    found.focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#view .facts")).containsText(Integer.toString(client.etid()));
    assertThat(page.locator("#view .facts")).containsText(Pattern.compile("\\d+ packets.*now"));
    button("Disconnect …").focus();
    page.keyboard().press("Enter");
    page.keyboard().press("Enter");
    assertThat(page.locator("#notice")).hasText("console-found is closed.");
    Await.until("the client to go", SOON, () -> client.state() == SmqClient.State.CLOSED);
    assertThat(page.locator("#view")).containsText("not connected");
    client("console-found");
    assertThat(page.locator("#view .node-head")).containsText("connected");
    assertThat(page.locator("#view a").getByText("/console/found")).hasCount(0);
  }

  @Test
  void theMessagesOfATopicAreShownWhileTheyAreWatchedAndWatchingStartsAgainAtOnce()
      throws Exception {
    SmqClient client = client("console-topic");
    client.subscribe("/console/topic", m -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
    console("topic?name=%2Fconsole%2Ftopic", 1400);
    assertThat(page.locator("#view .facts")).containsText("on node1");
    Locator running = page.locator(".chip", new Page.LocatorOptions().setHasText("running"));
    for (String text : List.of("first", "second")) {
      button("Watch").click();
      assertThat(running).isVisible();
      page.fill("[name=text]", text);
      button("Publish").click();
      assertThat(page.locator("table.log")).containsText("payload=" + text);
      button("Stop").click();
      assertThat(running).isHidden();
    }
    // more than a node runs at a time: those that are over free their places
    for (int i = 0; i < 10; i++) {
      button("Watch").click();
      assertThat(running).isVisible();
    }
  }

  @Test
  void aClientIsFoundByItsWholeUidBesideManyThatHaveItAsAPart() throws Exception {
    client("console-exact");
    client("a-console-exact-b");
    console("client?uid=console-exact", 1400);
    assertThat(page.locator("#view h1")).hasText("console-exact");
    assertThat(page.locator("#view .node-head")).containsText("connected");
    page.navigate(address("client?uid=console-exac"));
    assertThat(page.locator("#view")).containsText("not connected");
    String[] state = {"parked"};
    page.route(
        "**/api/clients?uid=console-exac*",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(
                        """
                        {"total":1,"items":[{"state":"%s","node":"node1","etid":7,"uid":"console-exac"}]}
                        """
                            .formatted(state[0]))));
    assertThat(page.locator("#view .chip")).hasText("parked");
    assertThat(page.locator("#view")).containsText("node1 holds");
    state[0] = "orphaned";
    assertThat(page.locator("#view .chip")).hasText("orphaned");
    assertThat(page.locator("#view")).containsText("node1 died");
  }

  @Test
  void whatHappensWhileTheEventsArePausedIsShownAfterwards() throws Exception {
    console("events", 1400);
    Locator chip = page.locator(".pages .chip");
    assertThat(chip).hasText("live");
    button("Pause").click();
    assertThat(chip).hasText("paused");
    client("console-paused");
    Locator row = page.locator("tbody tr").filter(withText("console-paused"));
    page.waitForResponse("**/api/session", () -> {});
    assertThat(row).hasCount(0);
    button("Go on").click();
    assertThat(row).containsText(Pattern.compile("\\d{4}.*Connected"));
    assertThat(chip).hasText("live");
  }

  @Test
  void theOrderOfTheSlowestThatWasChosenLastIsShown() {
    console("overview", 1400);
    Locator empty = page.locator("section[aria-labelledby=slowest] .empty");
    assertThat(empty).containsText("Nothing waits.");
    List<Route> slow = new CopyOnWriteArrayList<>();
    page.route("**/slowest?by=outbox*", slow::add);
    Locator by = page.getByLabel("By");
    by.selectOption("dropped");
    assertThat(empty).containsText("No message for a connected client was dropped.");
    by.selectOption("outbox");
    page.waitForCondition(() -> !slow.isEmpty());
    by.selectOption("dropped");
    page.waitForResponse("**/slowest?by=dropped*", () -> {});
    page.waitForResponse("**/slowest?by=outbox*", () -> slow.forEach(Route::resume));
    assertThat(empty).containsText("No message for a connected client was dropped.");
  }

  // ---- bans, audit, alarms

  @Test
  void aBannedClientIsClosedAndStaysAwayUntilTheBanEndsAndTheAuditNamesTheAdministrator()
      throws Exception {
    SmqClient banned = client("console-banned");
    console("client?uid=console-banned", 1400);
    button("Ban …").click();
    page.fill("#dialog [name=reason]", "test of bans");
    page.locator("#dialog .danger").click();
    assertThat(page.locator("#notice")).hasText("console-banned is banned.");
    assertThat(page.locator("#view")).containsText("not connected");
    Await.until("the client to be closed", SOON, () -> banned.state() != SmqClient.State.CONNECTED);
    page.navigate(address("bans"));
    Locator row = page.locator("tbody tr").filter(withText("console-banned"));
    assertThat(row).containsText("test of bans");
    button("End the ban of console-banned").click();
    assertThat(row).hasCount(0);
    page.navigate(address("audit?user=admin"));
    assertThat(page.locator("tbody tr").filter(withText("PUT bans?kind=uid&value=console-banned")))
        .containsText("200");
    page.navigate(address("audit?user=eve"));
    assertThat(page.locator("#view .empty")).isVisible();
  }

  private static Locator.FilterOptions withText(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  @Test
  void theRangeOfTheChartsIsInTheUrlAndTheirLegendsHaveTheLatestValues() {
    console("overview", 1400);
    assertThat(page.locator("[data-figure=clients] .u-legend"))
        .hasText(Pattern.compile("node1\\D*\\d+\\s*node2\\D*\\d+"));
    Locator range = page.getByLabel("Charts of the last");
    range.selectOption("1h");
    assertTrue(page.url().endsWith("#overview?range=1h"), page.url());
    page.reload();
    assertThat(range).hasValue("1h");
    page.goBack();
    assertThat(range).hasValue("15m");
    assertThat(page.locator("#view")).containsText("Nothing waits.");
  }

  @Test
  void whatADeviceCallsItselfStaysTextAndItsLedsShowColourAndState() {
    String hostile = "<img src=x onerror=document.title='gotcha'><script>alert(1)</script>";
    try (LedDevices devices = new LedDevices()) {
      devices.start(hostile, cluster, 1);
      console("devices?search=gotcha", 400);
      assertThat(page.locator("td", new Page.LocatorOptions().setHasText("gotcha")).first())
          .isVisible();
      assertEquals(0, page.locator("#view img, #view script").count());
      assertFalse(page.title().contains("gotcha"));
      Locator led = page.locator("#view .led").first();
      assertThat(led.locator(".lamp"))
          .hasAttribute("data-color", Pattern.compile("red|yellow|green|blue"));
      assertThat(led).containsText("off");
      led.getByRole(AriaRole.SWITCH).focus();
      page.keyboard().press("Space");
      assertThat(led).containsText("on");
      assertThat(led.locator(".lamp")).hasAttribute("data-on", "true");
      assertThat(led.getByRole(AriaRole.SWITCH)).isFocused();
    }
  }

  // ---- nodes

  @Test
  void aNodesDevicePortsAreNamedWithAndWithoutTls() {
    String plain = Integer.toString(cluster.node(1).device().getPort());
    console("nodes", 1400);
    Locator card = page.locator("[data-node=node1] .facts");
    assertThat(card).containsText("Device port" + plain + "Version");
    page.route(
        "**/api/cluster",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(
                        route
                            .fetch()
                            .text()
                            .replace("\"deviceTlsPort\":0", "\"deviceTlsPort\":8883"))));
    assertThat(card).containsText("Device port" + plain + ", 8883 with TLS");
  }

  @Test
  void aNodeDrainedFromAnotherNodesConsoleHandsItsClientsOver() throws Exception {
    List<String> problems = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 10; i++) {
      client("console-drain-" + i);
    }
    console("nodes", 1400);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            problems.add(message.text());
          }
        });
    AdminApi first = new AdminApi(cluster.node(1), null);
    Locator card = page.locator("[data-node=node1]");
    assertThat(card).hasAttribute("data-clients", "10", patiently());
    card.getByText("Drain").click();
    button("Drain node1").click();
    assertThat(card).hasAttribute("data-state", "draining", patiently());
    assertThat(card).hasAttribute("data-clients", "0", patiently());
    assertThat(page.locator("[data-node=node2]")).hasAttribute("data-clients", "10", patiently());
    assertEquals(503, first.get("/health/ready").statusCode());
    assertEquals(200, first.get("/health/live").statusCode());
    card.getByText("Resume").click();
    assertThat(card).hasAttribute("data-state", "ready", patiently());
    assertEquals(200, first.get("/health/ready").statusCode());
    assertEquals(List.of(), problems);
  }

  // ---- every view, small and large

  @Test
  void everyViewFitsAndHasNoBarrierThatAxeKnows() throws Exception {
    client("console-view");
    client("console-view-" + "x".repeat(230));
    console("overview", 320);
    assertThat(page.locator(".tile strong").first()).containsText("of");
    page.evaluate(
        "document.querySelectorAll('.tile strong').forEach(e => e.textContent = '12,345,678/s')");
    assertEquals(0, tooWide());
    for (String view : VIEWS) {
      page.navigate(address(view));
      assertThat(page.locator("#view h1")).isVisible();
      assertThat(
              page.locator("#view .empty:not([hidden]), #view tbody tr, #view .facts, #view .soft")
                  .first())
          .isVisible();
      for (int width : List.of(320, 700, 1090, 1400)) {
        page.setViewportSize(width, 900);
        assertEquals(0, tooWide(), view + " at " + width);
      }
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.setViewportSize(scheme == ColorScheme.LIGHT ? 320 : 1400, 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertEquals(List.of(), Axe.barriers(page.mainFrame()), view + ", " + scheme);
      }
    }
    page.locator("#logout").click();
    assertThat(page.locator("#login")).isVisible();
  }
}
