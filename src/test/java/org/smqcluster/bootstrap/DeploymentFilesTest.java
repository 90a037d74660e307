package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;
import org.smqcluster.config.StateKeys;
import org.smqcluster.testing.DebianProgram;
import org.smqcluster.testing.NpmTools;
import org.yaml.snakeyaml.Yaml;

/** The files for Kubernetes and containers are valid, and fit the node. */
class DeploymentFilesTest {

  private static final Path CONFIG = Path.of("server-config");
  private static final Path OVERLAYS = CONFIG.resolve("kubernetes/overlays");
  private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

  static List<Path> overlays() throws IOException {
    try (Stream<Path> all = Files.list(OVERLAYS)) {
      return all.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyOverlayIsValidByTheSchemasOfKubernetes(Path overlay) throws Exception {
    List<Map<String, Object>> rendered = render(overlay);

    assertTrue(rendered.size() >= 4, rendered.toString());
    for (Map<String, Object> object : rendered) {
      validate(object);
    }
  }

  private static void validate(Map<String, Object> object) throws Exception {
    if (object.get("kind").equals("ServiceMonitor")) {
      validate("monitor", object);
    } else {
      try {
        Class.forName(MODELS + object.get("kind"))
            .getMethod("validateJsonElement", JsonElement.class)
            .invoke(null, new Gson().toJsonTree(object));
      } catch (InvocationTargetException e) {
        throw new AssertionError(object.get("kind") + ": " + e.getCause().getMessage(), e);
      }
    }
  }

  /** By a schema that is on npm. */
  private static void validate(String kind, Map<String, Object> object) throws Exception {
    NpmTools tools = NpmTools.install("deployment");
    Path file = Files.createTempFile(tools.directory(), kind, ".json");
    Files.writeString(file, new Gson().toJson(object));
    tools.run(tools.copy("validate.mjs").getFileName().toString(), kind, file.toString());
  }

  @Test
  void whatIsNoFieldOfAComposeFileOrOfAnotherTypeInAMonitorIsFound() throws Exception {
    Map<String, Object> compose = documents(CONFIG.resolve("container/compose.yaml")).get(0);
    validate("compose", compose);
    map(compose, "services", "dns").put("read-only", true);
    AssertionError found = assertThrows(AssertionError.class, () -> validate("compose", compose));
    assertTrue(found.getMessage().contains("additional properties"), found.getMessage());

    Path file = CONFIG.resolve("kubernetes/components/monitoring/servicemonitor.yaml");
    Map<String, Object> monitor = documents(file).get(0);
    validate("monitor", monitor);
    maps(monitor, "spec", "endpoints").get(0).put("port", 8080);
    found = assertThrows(AssertionError.class, () -> validate("monitor", monitor));
    assertTrue(found.getMessage().contains("port must be string"), found.getMessage());
  }

  @Test
  void whatIsNoFieldOfKubernetesIsFound() throws Exception {
    Map<String, Object> set = render(OVERLAYS.resolve("two")).get(0);
    maps(set, "spec", "template", "spec", "containers").get(0).put("livenessprobe", Map.of());
    AssertionError found = null;
    try {
      validate(set);
    } catch (AssertionError e) {
      found = e;
    }
    assertTrue(found != null && found.getMessage().contains("livenessprobe"), "not found");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyOverlayConfiguresTheNodeAndItsProbesServicesAndMonitorFit(Path overlay)
      throws Exception {
    List<Map<String, Object>> rendered = render(overlay);
    Map<String, Object> set = of(rendered, "StatefulSet", "smq");
    Map<String, Object> pod = map(set, "spec", "template");
    Map<String, Object> node = maps(pod, "spec", "containers").get(0);
    Settings settings = settings(environment(node));
    Map<String, Object> ports = new LinkedHashMap<>();
    maps(node, "ports")
        .forEach(port -> ports.put(port.get("name").toString(), port.get("containerPort")));

    long grace = ((Number) map(pod, "spec").get("terminationGracePeriodSeconds")).longValue();
    Duration drain =
        settings.get(ConfigKey.DRAIN_TIMEOUT).plus(settings.get(ConfigKey.SESSION_GRACE));
    assertAll(
        () -> assertTrue(grace >= drain.toSeconds() + 5 + 10, "drain, grace, preStop, leave"),
        () -> assertEquals(settings.get(ConfigKey.DEVICE_PORT), ports.get("devices")),
        () -> assertEquals(settings.get(ConfigKey.CLUSTER_PORT), ports.get("cluster")),
        () -> assertEquals("dns", settings.get(ConfigKey.CLUSTER_STACK)),
        () -> of(rendered, "Service", settings.get(ConfigKey.CLUSTER_DNS)),
        () -> assertTrue(isOnAClaim(settings.get(StateKeys.DIRECTORY), set, node), "state"));
    for (String probe : List.of("started", "ready", "live")) {
      String name = probe.replace("started", "startup").replace("ready", "readiness") + "Probe";
      Map<String, Object> get = map(node, name.replace("liveP", "livenessP"), "httpGet");
      assertEquals(Map.of("path", "/health/" + probe, "port", "http"), get);
    }
    Object labels = map(pod, "metadata").get("labels");
    for (Map<String, Object> service : all(rendered, "Service")) {
      assertEquals(labels, map(service, "spec").get("selector"));
      maps(service, "spec", "ports")
          .forEach(port -> assertTrue(ports.containsKey(port.get("targetPort")), port.toString()));
    }
    for (Map<String, Object> monitor : all(rendered, "ServiceMonitor")) {
      assertEquals(
          map(of(rendered, "Service", "smq"), "metadata").get("labels"),
          map(monitor, "spec", "selector").get("matchLabels"));
      assertEquals("http", maps(monitor, "spec", "endpoints").get(0).get("port"));
    }
  }

  /** Below the volume: its root belongs to root, and other users may read it. */
  private static boolean isOnAClaim(
      String directory, Map<String, Object> set, Map<String, Object> node) {
    List<Object> claims =
        maps(set, "spec", "volumeClaimTemplates").stream()
            .map(claim -> map(claim, "metadata").get("name"))
            .toList();
    return maps(node, "volumeMounts").stream()
        .filter(mount -> claims.contains(mount.get("name")))
        .anyMatch(mount -> directory.startsWith(mount.get("mountPath") + "/"));
  }

  @Test
  void theServiceUnitUnpacksTheWarAnewAtEachStart() throws IOException {
    String unit = Files.readString(Path.of("server-config/systemd/smq.service"));
    Matcher home = Pattern.compile("--rootDir (\\S+)").matcher(unit);
    assertTrue(home.find(), unit);
    assertTrue(unit.contains("\nExecStartPre=/bin/rm -rf " + home.group(1) + "\n"), unit);
  }

  @Test
  void theComposeFileConfiguresBothNodes() throws IOException {
    Map<String, Object> compose = documents(CONFIG.resolve("container/compose.yaml")).get(0);
    for (String name : List.of("node1", "node2")) {
      Map<String, String> environment = new LinkedHashMap<>();
      map(compose, "services", name, "environment")
          .forEach((key, value) -> environment.put(key, value.toString()));
      Settings settings = settings(environment);
      assertEquals(name, settings.get(ConfigKey.NODE_NAME));
      String volume =
          name.replace("node", "state")
              + ":"
              + Path.of(settings.get(StateKeys.DIRECTORY)).getParent();
      assertEquals(List.of(volume), map(compose, "services", name).get("volumes"));
      assertTrue(
          map(compose, "services", "dns")
              .get("command")
              .toString()
              .contains(
                  "--host-record="
                      + settings.get(ConfigKey.CLUSTER_DNS)
                      + ","
                      + settings.get(ConfigKey.CLUSTER_BIND).getHostAddress()));
    }
  }

  @Test
  void everyShellScriptIsWellFormed() throws Exception {
    List<String> scripts = scripts();
    assertTrue(scripts.size() >= 6, scripts.toString());
    for (String script : scripts) {
      assertRuns(List.of("bash", "-n", script));
    }
    Optional<Path> shellcheck = DebianProgram.findOrInstall("shellcheck", "shellcheck");
    if (shellcheck.isPresent()) {
      List<String> command = new ArrayList<>(List.of(shellcheck.get().toString()));
      command.addAll(scripts);
      assertRuns(command);
    }
  }

  private static List<String> scripts() throws IOException {
    try (Stream<Path> files =
        Stream.concat(Files.walk(CONFIG), Files.walk(Path.of(".ci"))).filter(Files::isExecutable)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  private static void assertRuns(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), command + "\n" + said);
  }

  /** What a node reads; a key or a value that it refuses fails. */
  private static Settings settings(Map<String, String> environment) {
    return Settings.read(
        environment.keySet(),
        key ->
            environment.entrySet().stream()
                .filter(each -> each.getKey().toLowerCase().replace('_', '.').equals(key))
                .map(Map.Entry::getValue)
                .findFirst());
  }

  private static Map<String, String> environment(Map<String, Object> container) {
    return maps(container, "env").stream()
        .filter(each -> each.containsKey("value"))
        .collect(
            Collectors.toMap(
                each -> each.get("name").toString(), each -> each.get("value").toString()));
  }

  // ---- what kustomize does with these files

  private static List<Map<String, Object>> render(Path directory) throws IOException {
    List<Map<String, Object>> objects = new ArrayList<>();
    apply(directory.normalize(), objects);
    return objects;
  }

  private static void apply(Path directory, List<Map<String, Object>> objects) throws IOException {
    Map<String, Object> file = documents(directory.resolve("kustomization.yaml")).get(0);
    for (String resource : strings(file, "resources")) {
      Path path = directory.resolve(resource).normalize();
      if (Files.isDirectory(path)) {
        apply(path, objects);
      } else {
        objects.addAll(documents(path));
      }
    }
    for (String component : strings(file, "components")) {
      apply(directory.resolve(component).normalize(), objects);
    }
    for (Map<String, Object> patch : maps(file, "patches")) {
      Map<String, Object> change =
          documents(directory.resolve(patch.get("path").toString())).get(0);
      Object name = map(change, "metadata").get("name");
      merge(of(objects, change.get("kind").toString(), name.toString()), change);
    }
    for (Map<String, Object> replicas : maps(file, "replicas")) {
      map(of(objects, "StatefulSet", replicas.get("name").toString()), "spec")
          .put("replicas", replicas.get("count"));
    }
  }

  /** A strategic merge: elements of lists that have a name are merged by it. */
  @SuppressWarnings("unchecked")
  private static void merge(Map<String, Object> into, Map<String, Object> change) {
    change.forEach(
        (key, value) -> {
          Object old = into.get(key);
          if (old instanceof Map && value instanceof Map) {
            merge((Map<String, Object>) old, (Map<String, Object>) value);
          } else if (old instanceof List && value instanceof List) {
            List<Map<String, Object>> list = (List<Map<String, Object>>) old;
            for (Map<String, Object> element : (List<Map<String, Object>>) value) {
              list.stream()
                  .filter(each -> Objects.equals(each.get("name"), element.get("name")))
                  .findFirst()
                  .ifPresentOrElse(same -> merge(same, element), () -> list.add(element));
            }
          } else {
            into.put(key, value);
          }
        });
  }

  private static List<Map<String, Object>> documents(Path file) throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    new Yaml().loadAll(Files.readString(file)).forEach(each -> documents.add(asMap(each)));
    return documents;
  }

  private static List<Map<String, Object>> all(List<Map<String, Object>> objects, String kind) {
    return objects.stream().filter(each -> each.get("kind").equals(kind)).toList();
  }

  private static Map<String, Object> of(
      List<Map<String, Object>> objects, String kind, String name) {
    return all(objects, kind).stream()
        .filter(each -> map(each, "metadata").get("name").equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  private static Map<String, Object> map(Map<String, Object> object, String... path) {
    Map<String, Object> at = object;
    for (String name : path) {
      at = asMap(at.get(name));
    }
    return at;
  }

  private static List<Map<String, Object>> maps(Map<String, Object> object, String... path) {
    Map<String, Object> at = object;
    for (int i = 0; i < path.length - 1; i++) {
      at = map(at, path[i]);
    }
    List<?> list = (List<?>) at.getOrDefault(path[path.length - 1], List.of());
    return list.stream().map(DeploymentFilesTest::asMap).toList();
  }

  private static List<String> strings(Map<String, Object> object, String name) {
    List<?> list = (List<?>) object.getOrDefault(name, List.of());
    return list.stream().map(Object::toString).toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object object) {
    return (Map<String, Object>) object;
  }
}
