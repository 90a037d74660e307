package org.smqcluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.metrics.MetricSeries;
import org.smqcluster.admin.metrics.SmqMetric;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.TestCluster;

/** Administers a real cluster of two nodes by REST. */
@ExtendWith(SharedAdminCluster.class)
class AdministrationIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestCluster cluster;

  @BeforeAll
  static void start(TestCluster shared) {
    cluster = shared;
  }

  private static AdminApi as(String user, int node) {
    return new AdminApi(cluster.node(node), user);
  }

  /** A client that goes to this node first and to the other when it must. */
  private static SmqClient client(String uid, int node) throws Exception {
    SmqClient client =
        SmqClient.builder(
                cluster.node(node).device().toString(), cluster.node(3 - node).device().toString())
            .uid(uid)
            .start();
    client.connected().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    return client;
  }

  private static void awaitContains(int node, String path, String text) {
    AtomicReference<String> last = new AtomicReference<>();
    try {
      Await.until(
          path + " to tell " + text,
          SOON,
          () -> {
            last.set(as("admin", node).get(path).body());
            return last.get().contains(text);
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ", not " + last.get(), e);
    }
  }

  /** {@code /health} has all three together: who reads it knows them by their names alone. */
  @Test
  void eachHealthCheckHasANameOfItsOwn() {
    for (String check : List.of("live", "ready", "started")) {
      String name = "\"name\":\"smq-node-" + check + "\"";
      assertTrue(as(null, 1).get("/health").body().contains(name), name);
      assertTrue(as(null, 1).get("/health/" + check).body().contains(name), name);
    }
  }

  // ---- permissions

  @Test
  void strangersMayOnlySeeWhatTheDemoPagesNeed() {
    AdminApi stranger = as(null, 1);
    assertEquals(200, stranger.get("/api/cluster").statusCode());
    assertTrue(stranger.get("/api/cluster").body().contains("\"mayAdminister\":false"));
    assertEquals(200, stranger.get("/api/led/devices").statusCode());
    for (String path :
        List.of("/api/clients", "/api/devices", "/api/topics", "/api/cluster/history")) {
      HttpResponse<String> answer = stranger.get(path);
      assertEquals(401, answer.statusCode(), path);
      assertEquals(
          "application/problem+json", answer.headers().firstValue("Content-Type").orElse(""));
    }
    assertEquals(401, stranger.status("POST", "/api/cluster/nodes/node1/drain", null));
    assertEquals(401, stranger.status("POST", "/api/publish", "{}"));
  }

  @Test
  void onlyPagesOfTheClustersNodesMayReadTheDevicesAndNothingElse() {
    String other = cluster.node(2).http("").toString();
    AdminApi stranger = as(null, 1);
    for (String[] asked :
        List.of(
            new String[] {"/api/led/devices", other, other},
            new String[] {"/api/led/devices", "http://evil.example", ""},
            new String[] {"/api/cluster", other, ""})) {
      HttpResponse<String> answer = stranger.send("GET", asked[0], null, "Origin", asked[1]);
      assertEquals(200, answer.statusCode());
      assertEquals(asked[2], answer.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
    }
  }

  @Test
  void aViewerMayLookAndAnOperatorMayChange() {
    assertEquals(200, as("eve", 1).get("/api/clients").statusCode());
    assertEquals(403, as("eve", 1).status("POST", "/api/cluster/nodes/node1/drain", null));
    assertEquals(403, as("eve", 1).get("/api/trace?topic=x").statusCode());
    assertEquals(202, as("admin", 1).status("POST", "/api/cluster/nodes/node2/rebalance", null));
    assertTrue(as("admin", 1).get("/api/cluster").body().contains("\"mayAdminister\":true"));
  }

  @Test
  void aForeignPageCannotMakeABrowserChangeAnything() {
    String drain = "/api/cluster/nodes/node1/drain";
    for (String[] foreign :
        List.of(
            new String[] {"Origin", "http://evil.example"},
            new String[] {"Origin", "null"},
            new String[] {"Sec-Fetch-Site", "cross-site"},
            new String[] {"Sec-Fetch-Site", "same-site"})) {
      assertEquals(403, as("admin", 1).send("POST", drain, null, foreign).statusCode());
    }
    HttpResponse<String> login = login(1);
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
    assertTrue(cookie.contains("HttpOnly"), cookie);
    assertTrue(cookie.contains("SameSite=Strict"), cookie);
    String pair = cookie.substring(0, cookie.indexOf(';'));
    assertEquals(403, as(null, 1).send("POST", drain, null, "Cookie", pair).statusCode());
  }

  @Test
  void aLoginAtOneNodeHoldsAtTheOtherUntilTheLogout() {
    String cookie = login(1).headers().firstValue("Set-Cookie").orElseThrow();
    String pair = cookie.substring(0, cookie.indexOf(';'));
    AdminApi browser = as(null, 2);
    assertEquals(200, browser.send("GET", "/api/clients", null, "Cookie", pair).statusCode());
    browser.send("DELETE", "/api/session", null, "Cookie", pair, "X-Requested-By", "test");
    assertEquals(401, browser.send("GET", "/api/clients", null, "Cookie", pair).statusCode());
    String audit = as("eve", 2).get("/api/audit?user=admin").body();
    for (String method : List.of("POST", "DELETE")) {
      assertTrue(audit.contains("\"method\":\"" + method + "\",\"node\":\"node"), audit);
    }
    assertTrue(audit.contains("\"path\":\"session\""), audit);
    assertFalse(audit.contains(AdminApi.PASSWORD), audit);
  }

  private static HttpResponse<String> login(int node) {
    String body = "{\"user\":\"admin\",\"password\":\"" + AdminApi.PASSWORD + "\"}";
    HttpResponse<String> answer = as(null, node).send("POST", "/api/session", body);
    assertEquals(200, answer.statusCode());
    return answer;
  }

  @Test
  void aWrongPasswordOpensNothing() {
    String body = "{\"user\":\"guesser\",\"password\":\"wrong\"}";
    HttpResponse<String> answer = as(null, 1).send("POST", "/api/session", body);
    assertEquals(401, answer.statusCode());
    assertTrue(answer.headers().firstValue("Set-Cookie").isEmpty());
    assertFalse(as("eve", 1).get("/api/audit").body().contains("guesser"));
  }

  @Test
  void everyAnswerHasTheSecurityHeaders() {
    for (String path :
        List.of("/", "/led/", "/admin/", "/api/cluster", "/none", "/rtl/smq.js", "/smq.mjs")) {
      var headers = as(null, 1).get(path).headers();
      String policy = headers.firstValue("Content-Security-Policy").orElse(path + " has none");
      assertTrue(policy.startsWith("default-src 'self';"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElse(""), path);
      assertTrue(headers.firstValue("X-Frame-Options").isEmpty(), "frames of other nodes");
      assertEquals(!path.equals("/led/"), policy.endsWith("; frame-ancestors 'none'"), path);
      boolean forAllSites = path.contains("smq.");
      assertEquals(
          forAllSites ? "cross-origin" : "same-site",
          headers.firstValue("Cross-Origin-Resource-Policy").orElse(""),
          path);
      assertEquals(
          forAllSites, headers.firstValue("Access-Control-Allow-Origin").isPresent(), path);
    }
  }

  // ---- the whole cluster from one node

  @Test
  void aClientIsSeenInAllItsDetailsAndClosedFromTheOtherNode() throws Exception {
    String topic = "/admin/details";
    try (SmqClient client = client("admin-details", 1)) {
      client.subscribe(topic, message -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
      int etid = client.etid();
      awaitContains(2, "/api/clients?uid=MIN-DETAILS", "\"etid\":" + etid);
      awaitContains(2, "/api/clients?topic=" + topic, "\"total\":1");
      awaitContains(2, "/api/clients/" + etid, "\"topic\":\"" + topic + "\"");
      String details = as("admin", 2).get("/api/clients/" + etid).body();
      assertTrue(details.contains("\"node\":\"node1\""), details);
      assertTrue(details.contains("\"type\":\"subscribed\""), details);
      assertEquals(
          204, as("admin", 2).status("DELETE", "/api/clients/" + etid + "?reason=x", null));
      Await.until(
          "the client to be closed",
          SOON,
          () -> as("admin", 2).get("/api/clients/" + etid).statusCode() == 404);
    }
  }

  @Test
  void topicsAreTheSameFromBothNodes() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (SmqClient one = client("admin-topics-1", 1);
        SmqClient two = client("admin-topics-2", 2)) {
      for (SmqClient client : List.of(one, two)) {
        client
            .subscribe(
                "/admin/topics", m -> heard.add(new String(m.payload(), StandardCharsets.UTF_8)))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
      }
      for (int node : new int[] {1, 2}) {
        awaitContains(node, "/api/topics?name=ADMIN/TOP", "{\"node1\":1,\"node2\":1}");
      }
      String body = "{\"topic\":\"/admin/topics\",\"text\":\"hello\"}";
      assertEquals(202, as("admin", 2).status("POST", "/api/publish", body));
      Await.until("both to hear it", SOON, () -> heard.size() == 2);
      assertEquals(List.of("hello", "hello"), heard);
      String audit = as("eve", 1).get("/api/audit").body();
      assertTrue(audit.contains("\"detail\":\"topic=/admin/topics\""), audit);
      assertFalse(audit.contains("hello"), audit);
      awaitContains(1, "/api/topics?name=admin/top&sort=-rate", "\"messages\":1");
      two.subscribe("/admin/topics/silent", m -> {})
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
      for (String sort : List.of("name", "rate", "-rate", "subscribers")) {
        awaitContains(1, "/api/topics?name=admin/top&limit=1&sort=" + sort, "\"total\":2");
      }
      awaitContains(1, "/api/topics?name=/admin/topics&exact=true", "\"total\":1");
      awaitContains(1, "/api/topics?name=/admin/topic&exact=true", "\"total\":0");
      awaitContains(1, "/api/topics?name=admin/top&sort=-rate", "/admin/topics/silent");
    }
  }

  @Test
  void lastValuesAreShownAndRemovedOnAllNodes() throws Exception {
    String body = "{\"topic\":\"/admin/last\",\"subtopic\":\"room\",\"text\":\"21.5\"}";
    assertEquals(202, as("admin", 2).status("POST", "/api/publish", body));
    awaitContains(1, "/api/topics?name=/admin/last", "\"tid\":");
    String found = as("admin", 1).get("/api/topics?name=/admin/last").body();
    String path = "/api/topics/" + found.replaceAll(".*\"tid\":([0-9]+).*", "$1") + "/values";
    awaitContains(1, path, "\"subtopic\":\"room\",\"text\":\"21.5\"");
    assertEquals(403, as("eve", 1).get(path).statusCode());
    assertEquals(404, as("admin", 1).status("DELETE", path, null));
    assertEquals(204, as("admin", 1).status("DELETE", path + "?subtopic=room", null));
    Await.until(
        "its end on the other node",
        SOON,
        () -> as("admin", 2).get(path).body().contains("\"total\":0"));
    assertEquals(404, as("admin", 1).get("/api/topics/1/values").statusCode());
    String bytes = "{\"topic\":\"/admin/last\",\"base64\":\"ALs=\"}";
    assertEquals(202, as("admin", 2).status("POST", "/api/publish", bytes));
    awaitContains(1, path, "\"text\":\"0x00bb\"");
    assertEquals(204, as("admin", 1).status("DELETE", path, null));
  }

  @Test
  void nonsenseIsAnsweredWithAProblem() {
    AdminApi admin = as("admin", 1);
    for (String path :
        List.of(
            "/api/clients?sort=shoe",
            "/api/clients?limit=0",
            "/api/clients?transport=pigeon",
            "/api/topics?offset=-1",
            "/api/devices?sort=shoe",
            "/api/led/devices?limit=51",
            "/api/topics?broker=none",
            "/api/trace?seconds=0&topic=x")) {
      assertEquals(400, admin.get(path).statusCode(), path);
    }
    assertEquals(404, admin.get("/api/nothing").statusCode());
    assertEquals(404, admin.get("/api/clients/1").statusCode());
    assertEquals(400, admin.status("POST", "/api/publish", "{"));
    assertEquals(400, admin.status("POST", "/api/publish", "{\"topic\":" + "[".repeat(5000)));
    assertEquals(400, admin.status("POST", "/api/publish", "{\"topic\":\"x\"}"));
    // another client's ETID by its lower bits
    for (String etid : List.of("4294967299", "3.5", "3e400", "\"3\"", "true", "[3]", "{}")) {
      String message = "{\"etid\":" + etid + ",\"text\":\"x\"}";
      assertEquals(400, admin.status("POST", "/api/publish", message), message);
      String wanted = "{\"etids\":[" + etid + "]}";
      assertEquals(400, admin.status("POST", "/api/clients/disconnect", wanted), wanted);
    }
    String seconds = "{\"seconds\":9223372036854775809}";
    assertEquals(400, admin.status("PUT", "/api/bans?kind=uid&value=x", seconds));
    assertEquals(400, admin.status("POST", "/api/clients/disconnect", "{\"etids\":[null]}"));
    String noEtid = "{\"etid\":null,\"topic\":\"/null\",\"text\":\"x\"}";
    assertEquals(202, admin.status("POST", "/api/publish", noEtid));
    assertEquals(404, admin.status("POST", "/api/devices/none/leds/1", "{\"on\":true}"));
    assertEquals(404, admin.status("POST", "/api/cluster/nodes/none/drain", null));
    assertTrue(admin.get("/api/clients/1").body().contains("\"status\":404"));
  }

  @Test
  void eventsOfBothNodesComeInOneStream() throws Exception {
    try (Lines events = stream(2, "/api/events")) {
      Await.until("the stream to be alive", SOON, () -> events.have("event: alive"));
      try (SmqClient client = client("admin-events", 1)) {
        client.subscribe("/admin/events", m -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
      Await.until("the client's end", SOON, () -> events.have("event: disconnected"));
      assertTrue(events.have("event: connected"));
      assertTrue(events.have("\"topic\":\"/admin/events\""));
      assertTrue(events.have("\"subject\":\"admin-events\""));
      assertTrue(events.have("\"node\":\"node1\""));
    }
  }

  @Test
  void aTraceShowsTheDecodedPacketsOfAClientOfTheOtherNode() throws Exception {
    try (SmqClient client = client("admin-trace", 1);
        Lines packets = stream(2, "/api/trace?uid=admin-trace")) {
      Await.until("the trace to run", SOON, () -> packets.have("event: started"));
      client
          .publish("/admin/trace", "look".getBytes(StandardCharsets.UTF_8))
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
      Await.until("the packet", SOON, () -> packets.have("\"payload\":\"look\""));
      assertTrue(packets.have("\"type\":\"PUBLISH\""));
    }
  }

  private static Lines stream(int node, String path) {
    return new Lines(cluster.node(node).http(path));
  }

  /** The lines of a live stream, as they come. */
  private static final class Lines implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Stream<String> body;
    private final Thread reader;

    Lines(java.net.URI uri) {
      String pair = "admin:" + AdminApi.PASSWORD;
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header(
                  "Authorization",
                  "Basic "
                      + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
              .build();
      body =
          HttpClient.newHttpClient()
              .sendAsync(request, HttpResponse.BodyHandlers.ofLines())
              .join()
              .body();
      reader =
          new Thread(
              () -> {
                try {
                  body.forEach(lines::add);
                } catch (java.io.UncheckedIOException closed) {
                  // that is how it ends
                }
              });
      reader.setDaemon(true);
      reader.start();
    }

    boolean have(String text) {
      return lines.stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public void close() {
      body.close();
    }
  }

  // ---- for supervision

  @Test
  void everyMetricIsThereWithItsMeaning() throws Exception {
    try (SmqClient one = client("admin-metrics", 1);
        SmqClient two = client("admin-metrics-2", 2)) {
      two.subscribe("/admin/metrics", m -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
      one.publish("/admin/metrics", new byte[1]);
      Await.until(
          "a message to be forwarded",
          SOON,
          () -> as(null, 1).get("/metrics").body().contains("smq_forwarded_messages_total{"));
    }
    String metrics = as(null, 1).get("/metrics").body();
    for (SmqMetric metric : SmqMetric.values()) {
      for (String series : MetricSeries.of(metric)) {
        assertTrue(metrics.contains("\n" + series + "{"), series);
      }
      assertTrue(metrics.contains("# HELP " + metric.metric() + " "), metric.metric());
    }
    assertTrue(metrics.contains("# TYPE smq_packets_received_total counter"));
    assertTrue(metrics.contains("# TYPE smq_delivery_seconds histogram"));
  }

  @Test
  void theInterfaceDescribesItselfWithExamples() {
    String openapi = as(null, 1).get("/openapi").body();
    for (String path :
        List.of(
            "/api/cluster:",
            "/api/clients:",
            "/api/clients/{etid}:",
            "/api/topics:",
            "/api/topics/{tid}/values:",
            "/api/publish:",
            "/api/devices:",
            "/api/led/devices:",
            "/api/events:",
            "/api/trace:",
            "/api/session:",
            "/api/cluster/nodes/{name}/drain:",
            "/api/cluster/nodes/{name}/stop:")) {
      assertTrue(openapi.contains(path), path);
    }
    assertTrue(openapi.contains("example"), openapi);
  }
}
