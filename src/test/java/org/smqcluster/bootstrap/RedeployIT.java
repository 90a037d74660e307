package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.DeploymentServlet;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.JvmContents;
import org.smqcluster.testing.ListeningSockets;
import org.smqcluster.testing.NodeProcess;

/** One server process in which the application comes and goes, under a context root of its own. */
class RedeployIT {

  private static final String ROOT = "/queues";
  private static final int TIMES = 10;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LOADER = "org.glassfish.web.loader.WebappClassLoader";

  @TempDir Path directory;

  @Test
  void tenDeploymentsLeaveNoClassLoaderThreadOrPort() throws Exception {
    KeyStore keys = TestCertificates.selfSigned(directory, "CN=localhost", "dns:localhost");
    int tlsPort = FreePorts.next();
    try (NodeProcess server =
        NodeProcess.builder("redeploy")
            .war(controlWar())
            .property("smq.exit.on.failure", "false")
            .property("smq.device.tls.enabled", "true")
            .property("smq.device.tls.port", String.valueOf(tlsPort))
            .property("smq.tls.keystore", directory.resolve("localhost.p12").toString())
            .property("smq.tls.keystore.password", new String(TestCertificates.PASSWORD))
            .start()) {
      SmqClient.Builder overTls =
          SmqClient.builder("smqs://localhost:" + tlsPort + "/smq.lsp")
              .uid("by-tls")
              .sslContext(TestCertificates.trusting(keys));
      server.awaitReady();
      int loaders = loaders(server);
      int said = failToDeploy(server);
      for (int i = 0; i < TIMES; i++) {
        Await.until("the deployment", PATIENCE, () -> deploy(server) == 204);
        use(server, overTls);
        if (i == 0) {
          look(server);
        }
        assertEquals(204, server.send(server.request("/deployment").DELETE()).statusCode());
      }
      assertEquals(Set.of("127.0.0.1:" + server.httpPort()), ListeningSockets.of(server.pid()));
      Await.until(
          "its threads to be gone", PATIENCE, () -> JvmContents.ownThreads(server.pid()).isEmpty());
      Await.until(
          "the class loaders to be gone",
          PATIENCE,
          () -> {
            // a thread of the server remembers its last request, with the application that had it
            assertEquals(404, server.status("/none"));
            return loaders(server) <= loaders;
          });
      assertEquals(List.of(), failures(server, said));
    }
  }

  /** Pages find their files, each other, the REST interface and the broker below the root. */
  private static void look(NodeProcess server) {
    assertTrue(server.get(ROOT + "/api/cluster").contains("\"" + server.http(ROOT) + "\""));
    try (Chromium chromium = Chromium.open()) {
      Page page = chromium.newPage(1400, 900);
      page.navigate(server.http(ROOT + "/").toString());
      assertOpen(page.frameLocator("iframe[data-node]").locator("body"));
      for (String name : List.of("Chat", "LEDs")) {
        page.locator("nav").getByText(name).click();
        assertOpen(page.locator("body"));
      }
      assertEquals(server.http(ROOT + "/led/").toString(), page.url());
    }
  }

  private static void assertOpen(Locator body) {
    PlaywrightAssertions.assertThat(body).hasAttribute("data-connection", "open");
  }

  /** Pages, the REST interface and clients of all transports. */
  private static void use(NodeProcess server, SmqClient.Builder overTls) {
    for (String path : List.of("/", "/led/", "/api/devices", "/shared/base.css")) {
      assertEquals(200, server.status(ROOT + path), path);
    }
    CompletableFuture<String> got = new CompletableFuture<>();
    URI webSocket = server.webSocket().resolve(ROOT + "/smq.lsp");
    try (SmqClient one = SmqClient.builder(webSocket.toString()).uid("by-web-socket").start();
        SmqClient other = SmqClient.builder(server.device().toString()).uid("by-raw").start();
        SmqClient secure = overTls.start()) {
      value(one.subscribe("redeployed", message -> got.complete(message.text())));
      value(other.connected());
      other.publish("redeployed", "hello".getBytes(StandardCharsets.UTF_8));
      assertEquals("hello", value(got));
      CompletableFuture<String> secret = new CompletableFuture<>();
      value(secure.subscribe("secret", message -> secret.complete(message.text())));
      other.publish("secret", "hello".getBytes(StandardCharsets.UTF_8));
      assertEquals("hello", value(secret));
    }
  }

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static int deploy(NodeProcess server) {
    String war = Path.of("target", "smq.war").toAbsolutePath().toString();
    String query = "?root=" + ROOT + "&war=" + URLEncoder.encode(war, StandardCharsets.UTF_8);
    return server
        .send(server.request("/deployment" + query).timeout(PATIENCE).PUT(BodyPublishers.noBody()))
        .statusCode();
  }

  private static int loaders(NodeProcess server) {
    return JvmContents.count(server.pid(), LOADER);
  }

  /** Leaves no more than one that succeeds; returns how many lines the log has then. */
  private static int failToDeploy(NodeProcess server) throws IOException {
    try (ServerSocket taken = new ServerSocket(server.devicePort(), 1, LOOPBACK)) {
      // Payara Micro answers as if it had succeeded
      deploy(server);
      assertEquals(404, server.status(ROOT + "/"), taken::toString);
    }
    return Files.readAllLines(server.log()).size();
  }

  /** What went wrong, and after this line what may have. */
  private static List<String> failures(NodeProcess server, int after) throws IOException {
    List<String> log = Files.readAllLines(server.log());
    return Stream.concat(
            log.stream().filter(line -> line.contains("observer of BeforeShutdown")),
            log.stream()
                .skip(after)
                .filter(line -> line.contains(" SEVERE ") || line.contains("Exception")))
        .toList();
  }

  private static Path controlWar() {
    File file = Path.of("target", "control.war").toFile();
    ShrinkWrap.create(WebArchive.class)
        .addClass(DeploymentServlet.class)
        .as(ZipExporter.class)
        .exportTo(file, true);
    return file.toPath().toAbsolutePath();
  }
}
