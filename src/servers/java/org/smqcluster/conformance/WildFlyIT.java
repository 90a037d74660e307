package org.smqcluster.conformance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.servers.WildFly;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.JvmContents;
import org.smqcluster.testing.ListeningSockets;
import org.smqcluster.testing.NodeProcess;

/** A cluster of one node on WildFly, by the standard WebSocket API, and one on Payara Micro. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WildFlyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int AGAIN = 3;
  private static final String LOADER = "org.jboss.modules.ModuleClassLoader";

  private static WildFly wildFly;
  private static Set<String> portsBefore;
  private static NodeProcess payara;

  @BeforeAll
  static void startBoth() throws Exception {
    int port = FreePorts.next();
    int payarasPort = FreePorts.next();
    List<String> members = List.of("127.0.0.1:" + port, "127.0.0.1:" + payarasPort);
    payara = NodeProcess.builder("payara").clusterPort(payarasPort).members(members).start();
    wildFly = new WildFly(port, members).awaitStarted();
    portsBefore = ListeningSockets.of(wildFly.pid());
    wildFly.deploy();
    payara.awaitReady();
  }

  @AfterAll
  static void endBoth() {
    wildFly.close();
    payara.close();
  }

  @Order(1)
  @TestFactory
  Stream<DynamicNode> webSocket() {
    return ProtocolSuite.tests(List.of(onWildFly(true)));
  }

  @Order(2)
  @TestFactory
  Stream<DynamicNode> acrossNodes() {
    return ProtocolSuite.tests(
        List.of(
            onWildFly(true),
            new ConformanceFixture.Door(false, payara.devicePort()),
            new ConformanceFixture.Door(true, payara.httpPort()),
            onWildFly(false)));
  }

  private static ConformanceFixture.Door onWildFly(boolean webSocket) {
    return new ConformanceFixture.Door(
        webSocket, webSocket ? wildFly.httpPort() : wildFly.devicePort());
  }

  @Order(3)
  @Test
  void aPageOfWildFlySwitchesADeviceOfPayara() {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (Chromium chromium = Chromium.open();
        LedDevice device =
            LedDevice.start(
                SmqClient.builder(payara.device().toString()).uid("greenhouse"),
                "Greenhouse",
                Duration.ofSeconds(1),
                timer,
                line -> {})) {
      Page page = chromium.newPage(1400, 900);
      page.navigate(wildFly.http("/led/").toString());
      page.locator("[data-device]").click();
      page.locator("[role='switch'][data-led='1']").click();
      assertThat(page.locator("[role='switch'][data-led='1']"))
          .hasAttribute("aria-checked", "true");
      assertThat(page.locator("#node")).hasText("wildfly");
      assertTrue(device.isOn(1));
    } finally {
      timer.shutdownNow();
    }
  }

  @Order(4)
  @Test
  void pagesRestAndHealthAreServed() {
    for (String path : List.of("/", "/admin/", "/api/cluster", "/rtl/smq.js", "/openapi")) {
      assertEquals(200, wildFly.status(path), path);
    }
    assertEquals(200, wildFly.managementStatus("/health/ready"));
  }

  @Order(5)
  @Test
  void administratorsLogIn() {
    assertEquals(401, wildFly.status("/api/clients"));
    assertEquals(200, wildFly.status("/api/clients", "admin"));
    assertEquals(200, wildFly.status("/api/clients", "eve"));
    assertEquals(401, wildFly.status("/api/clients", "mallory"));
  }

  @Order(6)
  @Test
  void undeployedItLeavesNoPortThreadOrClassLoader() throws Exception {
    wildFly.undeploy();
    // with those of the server that the first deployment needed
    int loaders = JvmContents.count(wildFly.pid(), LOADER);
    for (int i = 0; i < AGAIN; i++) {
      wildFly.deploy();
      assertEquals(200, wildFly.status("/api/cluster"));
      wildFly.undeploy();
    }
    assertEquals(portsBefore, ListeningSockets.of(wildFly.pid()));
    Await.until(
        "its threads to be gone", PATIENCE, () -> JvmContents.ownThreads(wildFly.pid()).isEmpty());
    Await.until(
        "the class loaders to be gone",
        PATIENCE,
        () -> JvmContents.count(wildFly.pid(), LOADER) <= loaders);
    String log = Files.readString(wildFly.log());
    assertFalse(log.contains(" ERROR "), log);
    assertFalse(log.contains("Exception"), log);
  }
}
