package org.smqcluster.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.JvmContents;
import org.smqcluster.testing.ListeningSockets;

/** One Payara Server in which the application comes and goes. */
class PayaraServerIT {

  private static final String ROOT = "/queues";
  private static final int TIMES = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final int devicePort = FreePorts.next();
  private final int clusterPort = FreePorts.next();

  @Test
  void tenDeploymentsLeaveNoClassLoaderThreadOrPort() throws Exception {
    try (PayaraServer server =
        new PayaraServer(
            Map.of(
                "smq.bind.address", "127.0.0.1",
                "smq.device.port", "" + devicePort,
                "smq.cluster.bind", "127.0.0.1",
                "smq.cluster.port", "" + clusterPort,
                "smq.cluster.members", "127.0.0.1:" + clusterPort))) {
      assertEquals(404, WildFly.status(server.http("/none")));
      Set<String> ports = ListeningSockets.of(server.pid());
      for (int i = 0; i < TIMES; i++) {
        server.administer(
            "deploy",
            "--name",
            "smq",
            "--contextroot",
            ROOT,
            Path.of("target/smq.war").toAbsolutePath().toString());
        use(server);
        server.administer("undeploy", "smq");
      }
      assertEquals(ports, ListeningSockets.of(server.pid()));
      Await.until(
          "its threads to be gone", PATIENCE, () -> JvmContents.ownThreads(server.pid()).isEmpty());
      Await.until(
          "its objects, and so its class loaders, to be gone",
          PATIENCE,
          () -> {
            // threads of the server remember the application that their last request was for
            server.administer("list-applications");
            WildFly.status(server.http("/none"));
            return !JvmContents.jcmd(server.pid(), "GC.class_histogram")
                .contains(" org.smqcluster.");
          });
      try (Stream<String> log = Files.lines(server.log())) {
        assertEquals(List.of(), log.filter(line -> line.contains("[SEVERE]")).toList());
      }
    }
  }

  /** Pages, the REST interface and clients of both transports. */
  private void use(PayaraServer server) {
    for (String path : List.of("/", "/led/", "/api/devices")) {
      assertEquals(200, WildFly.status(server.http(ROOT + path)), path);
    }
    URI webSocket = URI.create(server.http(ROOT + "/smq.lsp").toString().replace("http", "ws"));
    CompletableFuture<String> got = new CompletableFuture<>();
    try (SmqClient one = SmqClient.builder(webSocket.toString()).uid("by-web-socket").start();
        SmqClient other =
            SmqClient.builder("smq://127.0.0.1:" + devicePort + "/smq.lsp").uid("by-raw").start()) {
      value(one.subscribe("redeployed", message -> got.complete(message.text())));
      value(other.connected());
      other.publish("redeployed", "hello".getBytes(StandardCharsets.UTF_8));
      assertEquals("hello", value(got));
    }
  }

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
