package org.smqcluster.admin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.launcher.LogForm;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * What an operator has beside the console: the command line, logs, and the button that stops a
 * node. Node 2 logs JSON, and tells its health to this machine alone. Everything listens on ::1.
 */
class OperatorIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final double FAILOVER_MILLIS = 60_000;

  private static TestCluster cluster;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2, OperatorIT::configure);
  }

  private static NodeProcess.Builder configure(NodeProcess.Builder node) {
    node.properties(AdminApi.USERS).address("::1");
    return node.name().equals("node2")
        ? node.log(LogForm.JSON).property("smq.admin.monitoring", "loopback")
        : node;
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void restore() {
    cluster.restore();
  }

  private static SmqClient client(String uid, int node) throws Exception {
    SmqClient client = SmqClient.builder(cluster.node(node).device().toString()).uid(uid).start();
    client.connected().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    return client;
  }

  private static void awaitPrinted(Smqctl smqctl, String text, String... command) {
    Await.until(
        String.join(" ", command) + " to print " + text,
        SOON,
        () -> smqctl.run(command).contains(text));
  }

  // ---- smqctl

  @Test
  void smqctlShowsClientsAndTopicsOfAllNodesAndPublishes() throws Exception {
    Smqctl smqctl = new Smqctl(cluster.node(1), AdminApi.PASSWORD);
    List<String> heard = new CopyOnWriteArrayList<>();
    try (SmqClient client = client("smqctl-client", 2)) {
      client
          .subscribe(
              "/smqctl/topic",
              message -> heard.add(new String(message.payload(), StandardCharsets.UTF_8)))
          .toCompletableFuture()
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
      String nodes = smqctl.run("nodes");
      assertTrue(Pattern.compile("node1 +ready +http://").matcher(nodes).find(), nodes);
      assertTrue(Pattern.compile("node2 +ready +http://").matcher(nodes).find(), nodes);
      awaitPrinted(smqctl, "1 in all", "clients", "uid=smqctl-client", "node=node2");
      String etid = Integer.toString(client.etid());
      assertTrue(smqctl.run("clients", "topic=/smqctl/topic").contains(etid));
      assertTrue(smqctl.run("client", etid).contains("uid\tsmqctl-client"));
      awaitPrinted(smqctl, "node2=1", "topics", "smqctl/top");
      String text = "say \"hello\", \\ and go";
      smqctl.run("publish", "/smqctl/topic", text, "sub");
      Await.until("the message", SOON, () -> heard.equals(List.of(text)));
    }
  }

  @Test
  void smqctlDrainsResumesAndRebalancesAnotherNode() throws Exception {
    Smqctl smqctl = new Smqctl(cluster.node(1), AdminApi.PASSWORD);
    Path told = directory.resolve("tail.txt");
    Process tail = smqctl.start(told, "tail");
    smqctl.run("drain", "node2");
    Pattern draining = Pattern.compile("node2 +draining ");
    Await.until("the drain", SOON, () -> draining.matcher(smqctl.run("nodes")).find());
    smqctl.run("resume", "node2");
    Pattern ready = Pattern.compile("node2 +ready ");
    Await.until("the end of it", SOON, () -> ready.matcher(smqctl.run("nodes")).find());
    Pattern both = Pattern.compile("node-draining node2.*node-ready node2", Pattern.DOTALL);
    Await.until("tail to tell", SOON, () -> both.matcher(Files.readString(told)).find());
    end(tail);
    assertTrue(smqctl.run("rebalance", "node2").contains("node2"));
    assertTrue(smqctl.run(1, "", "drain", "node9").contains("There is no node node9"));
  }

  @Test
  void smqctlTellsLiveWhatHappensAndKicks() throws Exception {
    Path told = directory.resolve("tail.txt");
    Smqctl smqctl = new Smqctl(cluster.node(1), AdminApi.PASSWORD);
    Process tail = smqctl.start(told, "tail");
    try (SmqClient client = client("smqctl-kicked", 2)) {
      Pattern came = Pattern.compile("node2 connected smqctl-kicked");
      Await.until("the client", SOON, () -> came.matcher(Files.readString(told)).find());
      smqctl.run("kick", Integer.toString(client.etid()), "for a test");
      Pattern left = Pattern.compile("node2 disconnected smqctl-kicked .*for a test");
      Await.until("its end", SOON, () -> left.matcher(Files.readString(told)).find());
    } finally {
      end(tail);
    }
  }

  @Test
  void smqctlBansAnAddressAndShowsBansAlarmsSlowestSubscribersAndTheAudit() throws Exception {
    Smqctl smqctl = new Smqctl(cluster.node(1), AdminApi.PASSWORD);
    String reason = "for a \"test\"";
    try (SmqClient client = client("smqctl-banned", 2)) {
      smqctl.run("ban", "address", "0:0:0:0:0:0:0:1", "600", reason);
      Await.until("its end", SOON, () -> client.state() == SmqClient.State.CLOSED);
      String bans = smqctl.run("bans");
      assertTrue(
          Pattern.compile("address +::1 .*" + reason + " +admin").matcher(bans).find(), bans);
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> client("smqctl-banned", 1).close());
      assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    } finally {
      smqctl.run("unban", "address", "::1");
    }
    client("smqctl-banned", 2).close();
    assertTrue(smqctl.run(1, "", "unban", "address", "::1").contains("There is no ban"));
    assertTrue(smqctl.run(1, "", "ban", "address", "example.org").contains("an IP address"));
    assertTrue(smqctl.run(1, "", "ban", "uid", "x", "soon").contains("a whole number"));
    Pattern banned = Pattern.compile("admin +::1 +PUT +bans.*reason=" + reason + " +200");
    String audit = smqctl.run("audit", "admin");
    assertTrue(banned.matcher(audit).find(), audit);
    assertFalse(smqctl.run("audit", "eve").contains("bans"));
    assertTrue(smqctl.run("alarms").startsWith("SEVERITY"));
    assertTrue(smqctl.run("slowest", "dropped").startsWith("ETID"));
    assertTrue(smqctl.run(1, "", "slowest", "speed").contains("outbox or dropped"));
  }

  private static void end(Process script) {
    script.descendants().forEach(ProcessHandle::destroy);
    script.destroy();
  }

  @Test
  void smqctlMakesUsersAndSaysWhatIsWrong() throws Exception {
    Smqctl smqctl = new Smqctl(cluster.node(1), AdminApi.PASSWORD);
    String line = smqctl.run(0, "secret\n", "password", "ada", "viewer");
    assertTrue(line.startsWith("ada:viewer:pbkdf2-sha512:210000:"), line);
    assertTrue(smqctl.run(2, "", "shout").contains("usage: smqctl"));
    assertTrue(smqctl.run(1, "", "kick", "1").contains("1"));
    Smqctl stranger = new Smqctl(cluster.node(1), "wrong");
    assertTrue(stranger.run(1, "", "clients").contains("Log in"));
  }

  // ---- logs and supervision

  @Test
  void aNodeThatLogsJsonTellsNodeUidEtidAndReasonInMembers() throws Exception {
    int etid;
    try (SmqClient client = client("json-logged", 2)) {
      etid = client.etid();
    }
    String client = "\"uid\":\"json-logged\",\"etid\":\"" + etid + "\",\"address\":\"::1\"";
    String start = "\"node\":\"node2\",\"event\":";
    awaitLogged(start + "\"connected\"," + client);
    awaitLogged(start + "\"disconnected\"," + client + ",\"reason\":\"client-disconnect\"");
    List<String> lines = Files.readAllLines(cluster.node(2).log());
    assertTrue(lines.stream().filter(l -> l.contains("json-logged")).allMatch(OperatorIT::isJson));
  }

  private static void awaitLogged(String text) {
    Path log = cluster.node(2).log();
    Await.until("the log to have " + text, SOON, () -> Files.readString(log).contains(text));
  }

  private static boolean isJson(String line) {
    return line.startsWith("{\"Timestamp\":") && line.endsWith("}");
  }

  @Test
  void aNodeThatTellsItsHealthToThisMachineAloneTellsItToNoProxy() {
    AdminApi local = new AdminApi(cluster.node(2), null);
    for (String path : List.of("/metrics", "/health/started", "/health/ready", "/health/live")) {
      assertEquals(200, local.get(path).statusCode(), path);
      assertEquals(
          403, local.send("GET", path, null, "X-Forwarded-For", "192.0.2.7").statusCode(), path);
    }
  }

  @Test
  void anLedIsSwitchedByRestAtWhateverNodeItsDeviceIs() {
    var timer = Executors.newSingleThreadScheduledExecutor();
    try (LedDevice device =
        LedDevice.start(
            SmqClient.builder(cluster.node(1).device().toString()).uid("operator-led"),
            "Operator's lamp",
            Duration.ofSeconds(1),
            timer,
            line -> {})) {
      AdminApi admin = new AdminApi(cluster.node(2), "admin");
      String path = "/api/devices/operator-led/leds/2";
      Await.until(
          "the device to be known",
          SOON,
          () -> admin.get("/api/devices?search=operator-led").body().contains("\"operator-led\""));
      assertEquals(202, admin.status("POST", path, "{\"on\":true}"));
      Await.until("the LED", SOON, () -> device.isOn(2));
      assertEquals(
          403, new AdminApi(cluster.node(2), "eve").status("POST", path, "{\"on\":false}"));
    } finally {
      timer.shutdownNow();
    }
  }

  // ---- stopping a node

  @Test
  void onlyAnOperatorStopsANodeAndOnlyOneThatThereIs() {
    String stop = "/api/cluster/nodes/node2/stop";
    assertEquals(401, new AdminApi(cluster.node(1), null).status("POST", stop, null));
    assertEquals(403, new AdminApi(cluster.node(1), "eve").status("POST", stop, null));
    AdminApi admin = new AdminApi(cluster.node(1), "admin");
    assertEquals(403, admin.send("POST", stop, null, "Origin", "http://evil.example").statusCode());
    assertEquals(404, admin.status("POST", "/api/cluster/nodes/node9/stop", null));
    assertTrue(cluster.node(2).isAlive());
  }

  @Test
  void anOperatorStopsANodeHardInTheClusterPageAndItsWindowMovesOn() throws IOException {
    try (Chromium chromium = Chromium.open()) {
      Page page = chromium.newPage(1400, 1200);
      page.navigate(cluster.node(1).http("/").toString());
      assertThat(page.locator("#may-not")).isVisible();
      logIn(page);
      page.navigate(cluster.node(1).http("/").toString());
      Locator card =
          page.locator(".node-card").filter(new Locator.FilterOptions().setHasText("node2"));
      assertThat(page.frameLocator("iframe[data-node=node2]").locator("#node")).hasText("node2");
      card.getByText("Drain").click();
      assertThat(page.locator("#sure")).containsText("Drain node2?");
      page.locator("#sure").getByText("Leave it running").click();
      card.getByText("Stop hard").click();
      page.locator("#sure").getByText("Leave it running").click();
      assertFalse(page.locator("#sure").isVisible());
      card.getByText("Stop hard").click();
      page.locator("#sure-yes").click();
      cluster.node(2).awaitEnd(SOON);
      assertThat(page.frameLocator("iframe[data-node=node2]").locator("#node"))
          .hasText("node1", new LocatorAssertions.HasTextOptions().setTimeout(FAILOVER_MILLIS));
      assertThat(card)
          .containsText(
              "stopped", new LocatorAssertions.ContainsTextOptions().setTimeout(FAILOVER_MILLIS));
    }
    assertTrue(
        Files.readString(cluster.node(2).log()).contains("Node node2: stop, requested by admin"));
  }

  // ---- the console

  @Test
  void theEventsGoOnWhereTheBrowserHasGivenThemUp() throws Exception {
    try (Chromium chromium = Chromium.open()) {
      Page page = chromium.newPage(1400, 900);
      logIn(page);
      AtomicBoolean starting = new AtomicBoolean(true);
      // as a node that starts answers: with a status that a browser does not try again
      page.route(
          "**/api/events*",
          route -> {
            if (starting.getAndSet(false)) {
              route.fulfill(new Route.FulfillOptions().setStatus(503));
            } else {
              route.resume();
            }
          });
      page.navigate(cluster.node(1).http("/admin/#events").toString());
      assertThat(page.locator(".chip", new Page.LocatorOptions().setHasText("connecting again")))
          .isVisible();
      assertThat(page.locator(".chip", new Page.LocatorOptions().setHasText("live")))
          .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON.toMillis()));
      client("operator-events", 2).close();
      assertThat(page.locator("table.log").getByText("operator-events").first()).isVisible();
    }
  }

  private static void logIn(Page page) {
    page.navigate(cluster.node(1).http("/admin/").toString());
    page.fill("[name=user]", "admin");
    page.fill("[name=password]", AdminApi.PASSWORD);
    page.keyboard().press("Enter");
    assertThat(page.locator("body")).hasAttribute("data-session", "open");
  }
}
