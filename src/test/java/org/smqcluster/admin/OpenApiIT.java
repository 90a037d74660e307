package org.smqcluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.SimpleValidationReportFormat;
import com.atlassian.oai.validator.report.ValidationReport;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NpmTools;
import org.smqcluster.testing.TestCluster;

/** The OpenAPI document: valid, true of every answer, and enough to generate a client from. */
@ExtendWith(SharedAdminCluster.class)
class OpenApiIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String UID = "openapi-led";

  private static TestCluster cluster;
  private static String document;

  private final Set<String> called = new TreeSet<>();

  @BeforeAll
  static void start(TestCluster shared) {
    cluster = shared;
    document = new AdminApi(cluster.node(1), null).get("/openapi?format=json").body();
  }

  @Test
  void twoPublicValidatorsTakeTheDocument() throws Exception {
    NpmTools tools = NpmTools.install("openapi");
    Path file = Files.writeString(tools.directory().resolve("openapi.json"), document);
    tools.run("node_modules/@redocly/cli/bin/cli.js", "lint", file.toString());
    tools.run(
        "node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js",
        file.toString());
  }

  @Test
  void aClientThatIsGeneratedFromTheDocumentListsClientsAndSwitchesAnLed() throws Exception {
    NpmTools tools = NpmTools.install("openapi");
    Path file = Files.writeString(tools.directory().resolve("openapi.json"), document);
    String types = tools.directory().resolve("api.d.ts").toString();
    tools.run("node_modules/openapi-typescript/bin/cli.js", file.toString(), "-o", types);
    tools.copy("client.mts");
    tools.copy("tsconfig.json");
    tools.run("node_modules/typescript/bin/tsc");
    try (Device device = new Device()) {
      String pair = "admin:" + AdminApi.PASSWORD;
      String printed =
          tools.run(
              "client.mjs",
              cluster.node(2).http("").toString(),
              "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)),
              UID);
      assertTrue(printed.contains("client " + UID), printed);
      assertTrue(printed.contains("switched 202"), printed);
      Await.until("the LED", SOON, () -> device.led.isOn(2));
    }
  }

  @Test
  void everyAnswerOfEveryOperationIsAsTheDocumentSays() throws Exception {
    OpenApiInteractionValidator validator =
        OpenApiInteractionValidator.createForInlineApiSpecification(document).build();
    try (Device device = new Device()) {
      assertFalse(device.led.isOn(2));
      int etid = first("/api/clients?uid=" + UID, "etid");
      String switching = "/api/devices/" + UID + "/leds/2";
      check(validator, 200, "GET", "/api/cluster", null);
      check(validator, 200, "GET", "/api/cluster/history", null);
      check(validator, 200, "GET", "/api/clients?uid=" + UID, null);
      check(validator, 200, "GET", "/api/clients/" + etid, null);
      check(validator, 200, "GET", "/api/topics?limit=1000", null);
      String values = "/api/topics/" + first("/api/topics?name=led/display", "tid") + "/values";
      check(validator, 200, "GET", values, null);
      check(validator, 404, "DELETE", values + "?subtopic=none", null);
      check(validator, 200, "GET", "/api/devices", null);
      check(validator, 200, "GET", "/api/led/devices", null);
      check(validator, 200, "GET", "/api/session", null);
      String login = "{\"user\":\"admin\",\"password\":\"" + AdminApi.PASSWORD + "\"}";
      check(validator, 200, "POST", "/api/session", login);
      check(validator, 204, "DELETE", "/api/session", null);
      check(validator, 202, "POST", "/api/publish", "{\"topic\":\"/openapi\",\"text\":\"x\"}");
      check(validator, 202, "POST", switching, "{\"on\":true}");
      for (String operation : new String[] {"drain", "resume", "rebalance"}) {
        check(validator, 202, "POST", "/api/cluster/nodes/node2/" + operation, null);
      }
      for (String range : new String[] {"15m", "1h", "24h"}) {
        check(validator, 200, "GET", "/api/cluster/history?range=" + range, null);
      }
      check(validator, 200, "GET", "/api/clients/slowest?by=dropped", null);
      String ban = "/api/bans?kind=uid&value=";
      check(validator, 200, "PUT", ban + "openapi-banned", "{\"seconds\":60}");
      check(validator, 200, "GET", "/api/bans", null);
      check(validator, 204, "DELETE", ban + "openapi-banned", null);
      check(validator, 404, "DELETE", ban + "openapi-banned", null);
      check(validator, 200, "GET", "/api/audit?user=admin", null);
      check(validator, 200, "GET", "/api/alarms", null);
      check(validator, 200, "POST", "/api/clients/disconnect", "{\"etids\":[1]}");
      check(validator, 400, "POST", "/api/clients/disconnect", "{}");
      check(validator, 404, "GET", "/api/session/oidc", null);
      check(validator, 401, "GET", "/api/session/oidc/callback", null);
      check(validator, 404, "POST", "/api/cluster/nodes/none/stop", null);
      check(validator, 400, "GET", "/api/events?history=-1", null);
      check(validator, 400, "GET", "/api/trace", null);
      check(validator, 204, "DELETE", "/api/trace/none", null);
      check(validator, 400, "GET", "/api/clients?limit=abc", null);
      check(validator, 400, "GET", "/api/devices?online=maybe", null);
      check(validator, 400, "POST", "/api/publish", "{}");
      check(validator, 404, "GET", "/api/clients/1", null);
      check(validator, 400, "GET", "/api/clients/abc", null);
      check(validator, 204, "DELETE", "/api/clients/" + etid, null);
    }
    assertEquals(operations(), called);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE"})
  void aBanWithoutKindAndValueIsNoRequestOfTheDocument(String method) {
    ValidationReport report =
        OpenApiInteractionValidator.createForInlineApiSpecification(document)
            .build()
            .validateRequest(
                new SimpleRequest.Builder(Request.Method.valueOf(method), "/api/bans").build());
    assertEquals(
        2,
        report.getMessages().stream()
            .filter(each -> each.getKey().equals("validation.request.parameter.query.missing"))
            .count(),
        () -> SimpleValidationReportFormat.getInstance().apply(report));
    assertEquals(400, new AdminApi(cluster.node(1), "admin").status(method, "/api/bans", null));
  }

  /** A member of the first item of a list. */
  private static int first(String path, String member) {
    String found = new AdminApi(cluster.node(1), "admin").get(path).body();
    return Json.createReader(new StringReader(found))
        .readObject()
        .getJsonArray("items")
        .getJsonObject(0)
        .getInt(member);
  }

  private void check(
      OpenApiInteractionValidator validator, int status, String method, String path, String body) {
    HttpResponse<String> answer = new AdminApi(cluster.node(1), "admin").send(method, path, body);
    assertEquals(status, answer.statusCode(), method + " " + path + ": " + answer.body());
    String plain = path.replaceAll("[?].*", "");
    SimpleResponse.Builder response = SimpleResponse.Builder.status(status);
    answer.headers().firstValue("Content-Type").ifPresent(response::withContentType);
    if (!answer.body().isEmpty()) {
      response.withBody(answer.body());
    }
    ValidationReport report =
        validator.validateResponse(plain, Request.Method.valueOf(method), response.build());
    assertFalse(
        report.hasErrors(),
        () ->
            method
                + " "
                + path
                + ": "
                + SimpleValidationReportFormat.getInstance().apply(report)
                + answer.body());
    called.add(
        operations().stream()
            .filter(each -> matches(each, method + " " + plain))
            .findFirst()
            .orElseThrow());
  }

  private static boolean matches(String operation, String call) {
    return call.matches(operation.replaceAll("\\{[a-z]+}", "[^/]+"));
  }

  private static Set<String> operations() {
    JsonObject paths =
        Json.createReader(new StringReader(document)).readObject().getJsonObject("paths");
    return paths.entrySet().stream()
        .flatMap(
            path ->
                path.getValue().asJsonObject().keySet().stream()
                    .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A simulated device that node 2 knows. */
  private static final class Device implements AutoCloseable {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AdminApi admin = new AdminApi(cluster.node(2), "admin");
    private final LedDevice led =
        LedDevice.start(
            SmqClient.builder(cluster.node(1).device().toString()).uid(UID),
            "OpenAPI device",
            Duration.ofSeconds(1),
            timer,
            line -> {});

    Device() {
      Await.until(
          "the device to be known",
          SOON,
          () -> admin.get("/api/devices?online=true&search=" + UID).body().contains(UID));
    }

    @Override
    public void close() {
      led.close();
      timer.shutdownNow();
    }
  }
}
