package org.smqcluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.TestCluster;
import org.smqcluster.testing.TestProxies;

/** Server-Sent Events behind proxies, across broken connections, and after the logout. */
@ExtendWith(SharedAdminCluster.class)
@Timeout(60)
class LiveStreamsIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestCluster cluster;

  @BeforeAll
  static void start(TestCluster shared) {
    cluster = shared;
  }

  private static String logIn() {
    String body = "{\"user\":\"admin\",\"password\":\"" + AdminApi.PASSWORD + "\"}";
    String cookie =
        new AdminApi(cluster.node(1), null)
            .send("POST", "/api/session", body)
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static HttpResponse<Stream<String>> open(String path, String... headers)
      throws Exception {
    return open(HttpClient.newHttpClient(), cluster.node(2).http(path), headers);
  }

  private static HttpResponse<Stream<String>> open(HttpClient http, URI address, String... headers)
      throws Exception {
    HttpRequest request = HttpRequest.newBuilder(address).headers(headers).build();
    HttpResponse<Stream<String>> answer = http.send(request, HttpResponse.BodyHandlers.ofLines());
    assertEquals(200, answer.statusCode());
    return answer;
  }

  /** Reads up to a line that begins like this; returns that line. */
  private static String readTo(Iterator<String> lines, String beginning) {
    List<String> seen = new ArrayList<>();
    while (lines.hasNext()) {
      seen.add(lines.next());
      if (seen.get(seen.size() - 1).startsWith(beginning)) {
        return seen.get(seen.size() - 1);
      }
    }
    throw new AssertionError("no " + beginning + " in " + seen);
  }

  private static SmqClient client(String uid) throws Exception {
    SmqClient client = SmqClient.builder(cluster.node(1).device().toString()).uid(uid).start();
    client.connected().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    return client;
  }

  @Test
  void aStreamIsReadableAtOnceBehindAProxyAndEndsWithItsLogin() throws Exception {
    for (String path : List.of("/api/events", "/api/trace?uid=live-logout")) {
      String cookie = logIn();
      HttpResponse<Stream<String>> stream = open(path, "Cookie", cookie);
      assertEquals("no", stream.headers().firstValue("X-Accel-Buffering").orElse(""), path);
      try (Stream<String> body = stream.body()) {
        Iterator<String> lines = body.iterator();
        assertTrue(lines.next().startsWith(":"), "a comment first");
        new AdminApi(cluster.node(1), null)
            .send("DELETE", "/api/session", null, "Cookie", cookie, "X-Requested-By", "test");
        readTo(lines, "event: end");
        assertEquals("data: {\"reason\":\"The login is over.\"}", readTo(lines, "data:"));
        while (lines.hasNext()) {
          assertEquals("", lines.next());
        }
      }
    }
  }

  @Test
  void nginxWithItsDefaultsPassesEventsOnAtOnce() throws Exception {
    String cookie = logIn();
    try (TestProxies proxies = TestProxies.start(cluster);
        Stream<String> body =
            open(proxies.client(), proxies.nginx("/api/events"), "Cookie", cookie).body()) {
      Iterator<String> lines = body.iterator();
      assertTrue(lines.next().startsWith(":"), "a comment first");
      client("live-nginx").close();
      String event;
      do {
        event = readTo(lines, "data:");
      } while (!event.contains("live-nginx"));
    }
  }

  @Test
  void aTraceTellsItsReaderWhatWasSeenWhileTheConnectionWasBroken() throws Exception {
    try (SmqClient client = client("live-resume")) {
      String path = "/api/trace?uid=live-resume";
      String cookie = logIn();
      String id;
      try (Stream<String> body = open(path, "Cookie", cookie).body()) {
        id = readTo(body.iterator(), "id: ").substring("id: ".length());
      }
      client
          .publish("/live/resume", "meanwhile".getBytes(StandardCharsets.UTF_8))
          .toCompletableFuture()
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
      try (Stream<String> body = open(path, "Cookie", cookie, "Last-Event-ID", id).body()) {
        String packet;
        Iterator<String> lines = body.iterator();
        do {
          packet = readTo(lines, "data:");
        } while (!packet.contains("\"payload\":\"meanwhile\""));
      }
    }
  }
}
