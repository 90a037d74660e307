package org.smqcluster.cluster;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.CertificateScript;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.DebianProgram;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * Two nodes as {@code server-config} has them: one DNS name with an IPv4 and an IPv6 address, the
 * nodes found by DNS, and TLS between them. The tests are one story: they go on where the one
 * before has ended.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeploymentIT {

  private static final Path CONFIG = Path.of("server-config").toAbsolutePath();
  private static final String WITH_DNS = CONFIG.resolve("dns/with-dns").toString();
  private static final String NAME = "broker.smq.test";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A node that is refused ends before it has served anything. */
  private static final Duration REFUSED_WITHIN = Duration.ofSeconds(300);

  private static final int CLUSTER_PORT = FreePorts.next();
  private static final int HTTP_PORT = FreePorts.next();
  private static final int DEVICE_PORT = FreePorts.next();

  @TempDir static Path directory;
  private static NodeProcess node1;
  private static NodeProcess node2;

  @BeforeAll
  static void startTwoNodes() throws Exception {
    certificate("ours", "node1");
    certificate("ours", "node2");
    certificate("strange", "node3");
    DebianProgram.findOrInstall("dnsmasq", "dnsmasq-base");
    int works = new ProcessBuilder(WITH_DNS, "getent", "hosts", NAME).inheritIO().start().waitFor();
    assertEquals(0, works, "a DNS server on port 53 needs root, dnsmasq and mount namespaces");
    node1 = node(1, "::1", "127.0.0.2").properties(tls("ours", "node1")).start();
    node2 = node(2, "127.0.0.2", "127.0.0.3").properties(tls("ours", "node2")).start();
    node1.awaitReady();
    node2.awaitReady();
  }

  @AfterAll
  static void endThem() {
    node1.close();
    node2.close();
  }

  private static NodeProcess.Builder node(int number, String address, String clusterAddress) {
    return NodeProcess.builder("node" + number)
        .launcher(WITH_DNS)
        .properties(AdminApi.USERS)
        .address(address)
        .httpPort(HTTP_PORT)
        .devicePort(DEVICE_PORT)
        .clusterPort(CLUSTER_PORT)
        .property("smq.origin.allowed", "http://" + NAME + ":" + HTTP_PORT)
        .property("smq.cluster.bind", clusterAddress)
        .property("smq.cluster.stack", "dns")
        .property("smq.cluster.dns", "nodes.smq.test");
  }

  /** As {@code server-config/tls/README.md} says. */
  private static void certificate(String authority, String name) {
    CertificateScript.run(directory.resolve(authority), "node", name);
  }

  private static Map<String, String> tls(String authority, String name) {
    return Map.of(
        "smq.cluster.tls.keystore",
        directory.resolve(authority).resolve(name + ".p12").toString(),
        "smq.cluster.tls.keystore.password",
        "changeit",
        "smq.cluster.tls.truststore",
        directory.resolve(authority).resolve("truststore.p12").toString(),
        "smq.cluster.tls.truststore.password",
        "changeit");
  }

  private static int nodesSeen(NodeProcess node) {
    return node.get("/api/cluster").split("\"state\":\"ready\"", -1).length - 1;
  }

  @Test
  @Order(1)
  void nodesWithTheRightCertificatesJoin() {
    Await.until("both to see both", PATIENCE, () -> nodesSeen(node1) == 2 && nodesSeen(node2) == 2);
  }

  @Test
  @Order(2)
  void aNodeWithAnotherAuthoritysCertificateAndOneWithoutTlsAreNotLetIn() throws Exception {
    try (NodeProcess stranger =
            node(3, "127.0.0.4", "127.0.0.4").properties(tls("strange", "node3")).start();
        NodeProcess plain = node(4, "127.0.0.5", "127.0.0.5").start()) {
      awaitRefused(stranger, "certificate");
      awaitRefused(plain, "only nodes with TLS");
      assertEquals(2, nodesSeen(node1));
      assertEquals(2, nodesSeen(node2));
    }
  }

  private static void awaitRefused(NodeProcess node, String why) throws Exception {
    node.awaitEnd(REFUSED_WITHIN);
    assertTrue(
        Files.readString(node.log()).lines().anyMatch(line -> line.contains(why)),
        () -> node.log() + " does not tell of " + why);
  }

  @Test
  @Order(3)
  void aPageAndADeviceThatKnowANameGoToTheOtherNodeWhenTheirsDiesAndBack() throws Exception {
    // so that both find the same node, whichever address they try first
    change(node2, "drain", 1);
    Process device = startDevice();
    try (Chromium chromium = Chromium.open(WITH_DNS)) {
      Page page = chromium.newPage(1200, 800);
      open(page);
      Await.until("the page to be at node 1", PATIENCE, () -> isAt("page-", node1));
      Await.until("the device to be at node 1", PATIENCE, () -> isAt("led-", node1));
      change(node2, "resume", 2);

      long killed = System.nanoTime();
      node1.kill();
      Await.until("the device to be at node 2", PATIENCE, () -> isAt("led-", node2));
      report("The device is on the other node", killed);
      Await.until("the page to be at node 2", PATIENCE, () -> isAt("page-", node2));
      report("The page is on the other node", killed);
      assertShowsNode2(page);
      switchOn(page);
      open(page);
      assertShowsNode2(page);

      // as a container does, node 1 comes back with another address
      node1 = node(1, "::1", "127.0.0.4").properties(tls("ours", "node1")).start();
      node1.awaitReady();
      Await.until(
          "both to see both", PATIENCE, () -> nodesSeen(node1) == 2 && nodesSeen(node2) == 2);
      assertEquals(2, node2.get("/api/cluster").split("\"state\":", -1).length - 1, "a ghost");
      node2.kill();
      Await.until("the device to be at node 1", PATIENCE, () -> isAt("led-", node1));
      Await.until("the page to be at node 1", PATIENCE, () -> isAt("page-", node1));
    } finally {
      device.destroyForcibly();
    }
  }

  private static Process startDevice() throws Exception {
    return ChildProcesses.start(
        List.of(
            WITH_DNS,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            Path.of("target", "smq-client.jar").toAbsolutePath().toString(),
            "led",
            "--host",
            NAME,
            "--port",
            Integer.toString(DEVICE_PORT),
            "--name",
            "Named device"),
        Files.createFile(directory.resolve("device.log")));
  }

  private static void change(NodeProcess node, String operation, int thenReady) {
    String path = "/api/cluster/nodes/" + node.name() + "/" + operation;
    assertEquals(202, new AdminApi(node, "admin").status("POST", path, null));
    Await.until(operation, PATIENCE, () -> nodesSeen(node1) == thenReady);
  }

  private static void open(Page page) {
    page.navigate("http://" + NAME + ":" + HTTP_PORT + "/led/");
    assertThat(page.locator("body"))
        .hasAttribute(
            "data-connection",
            "open",
            new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE.toMillis()));
  }

  private static void assertShowsNode2(Page page) {
    assertThat(page.locator("#node"))
        .hasText(
            node2.name(), new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE.toMillis()));
  }

  /** Whether a client whose UID has this in it is at a node; that node is asked. */
  private static boolean isAt(String uid, NodeProcess node) {
    String clients = new AdminApi(node, "eve").get("/api/clients?uid=" + uid).body();
    return clients.contains("\"node\":\"" + node.name() + "\"");
  }

  private static void switchOn(Page page) {
    page.locator("[data-device]").click();
    page.locator("[role='switch'][data-led='1']").click();
    assertThat(page.locator("[role='switch'][data-led='1']")).hasAttribute("aria-checked", "true");
  }

  private static void report(String what, long since) {
    System.out.println(what + " after " + (System.nanoTime() - since) / 1_000_000 + " ms");
  }
}
