package org.smqcluster.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;
import org.smqcluster.testing.TestProxies;

/** Pages by nginx and HAProxy, where TLS ends, and a device by HAProxy, in front of two nodes. */
@ExtendWith(SharedCluster.class)
class ProxyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @BeforeEach
  void restore(TestCluster cluster) {
    cluster.restore();
  }

  @Test
  void nginxAsksTheOtherNodeWhileOneStarts(TestCluster cluster) throws Exception {
    NodeProcess node = cluster.node(1);
    node.kill();
    HttpServer starting = HttpServer.create(new InetSocketAddress("127.0.0.1", node.httpPort()), 0);
    starting.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    starting.start();
    try (TestProxies proxies = TestProxies.start(cluster)) {
      assertEquals(200, status(proxies, "/led/"));
      assertEquals(404, status(proxies, "/none"));
    } finally {
      starting.stop(0);
    }
  }

  private static int status(TestProxies proxies, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(proxies.nginx(path)).build();
    return proxies.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void pagesAndDevicesBehindProxiesAreKnownByTheirOwnAddressAndMoveWhenTheirNodeDies(
      TestCluster cluster) throws Exception {
    String name = LedDevices.uniqueName("Behind a proxy");
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (TestProxies proxies = TestProxies.start(cluster);
        LedDevice device =
            LedDevice.start(
                SmqClient.builder(proxies.device().toString()).uid("test-" + name),
                name,
                Duration.ofMillis(500),
                timer,
                line -> {});
        Chromium chromium = Chromium.open()) {
      Page first = chromium.newTrustingPage(1400, 900);
      Page second = chromium.newTrustingPage(1400, 900);
      LedPage byNginx = LedPage.open(first, proxies.nginx("/led/"));
      LedPage byHaproxy = LedPage.open(second, proxies.haproxy("/led/"));
      for (LedPage page : List.of(byNginx, byHaproxy)) {
        page.assertNode("node1");
        page.select(name);
        page.assertSwitch(1, device.isOn(1));
        page.toggle(1).click();
        page.assertNote(1, "(on|off), confirmed by the device in \\d+ ms");
      }
      assertKnown(cluster.node(1), "test-" + name, "raw");
      assertKnown(cluster.node(1), "page-", "websocket");

      cluster.node(1).kill();
      for (LedPage page : List.of(byNginx, byHaproxy)) {
        page.assertNode("node2");
        page.awaitConnection("open");
        assertThat(page.entry(name)).hasAttribute("aria-current", "true");
      }
      boolean before = device.isOn(2);
      byNginx.toggle(2).click();
      Await.until("the device to switch", PATIENCE, () -> device.isOn(2) != before);
      byHaproxy.assertSwitch(2, !before);
      assertKnown(cluster.node(2), "test-" + name, "raw");
    } finally {
      timer.shutdownNow();
    }
  }

  /** The client is known by its own address, not the proxy's. */
  private static void assertKnown(NodeProcess node, String uid, String transport) {
    String query = "/api/clients?uid=" + uid.replace(" ", "%20");
    Await.until(
        "the client " + uid,
        PATIENCE,
        () ->
            !Json.createReader(new StringReader(node.get(query)))
                .readObject()
                .getJsonArray("items")
                .isEmpty());
    JsonObject clients = Json.createReader(new StringReader(node.get(query))).readObject();
    for (JsonObject client : clients.getJsonArray("items").getValuesAs(JsonObject.class)) {
      assertEquals(transport, client.getString("transport"));
      assertTrue(client.getString("address").startsWith("127.0.0.1"), client.toString());
    }
  }
}
