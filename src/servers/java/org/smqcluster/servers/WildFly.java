package org.smqcluster.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/** A WildFly with the WAR, on free ports of 127.0.0.1. Not thread-safe. */
public final class WildFly implements AutoCloseable {

  private static final Path HOME = unpacked("wildfly-");
  private static final String CONFIGURATION = "standalone-microprofile.xml";
  private static final Path BASE = Path.of("target/it/wildfly").toAbsolutePath();
  private static final Path DEPLOYMENTS = BASE.resolve("deployments");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final int httpPort = FreePorts.next();
  private final int devicePort = FreePorts.next();
  private final int managementPort = FreePorts.next();
  private final Process process;

  /**
   * Starts the server without an application.
   *
   * @param clusterPort the node's, for the others
   * @param members of the cluster
   */
  public WildFly(int clusterPort, List<String> members) throws IOException, InterruptedException {
    copyConfiguration();
    Map<String, String> properties =
        Map.ofEntries(
            Map.entry("jboss.home.dir", HOME.toString()),
            Map.entry("jboss.server.base.dir", BASE.toString()),
            Map.entry("jboss.bind.address", "127.0.0.1"),
            Map.entry("jboss.http.port", "" + httpPort),
            Map.entry("jboss.https.port", "" + FreePorts.next()),
            Map.entry("jboss.management.http.port", "" + managementPort),
            Map.entry("smq.websocket.frames", "standard"),
            Map.entry("smq.node.name", "wildfly"),
            Map.entry("smq.admin.users", AdminApi.USERS.get("smq.admin.users")),
            Map.entry("smq.http.url", http("").toString()),
            Map.entry("smq.bind.address", "127.0.0.1"),
            Map.entry("smq.device.port", "" + devicePort),
            Map.entry("smq.cluster.bind", "127.0.0.1"),
            Map.entry("smq.cluster.port", "" + clusterPort),
            Map.entry("smq.cluster.members", String.join(",", members)));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                // as WildFly's own script has it
                "--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED"));
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(
        List.of(
            "-jar",
            HOME.resolve("jboss-modules.jar").toString(),
            "-mp",
            HOME.resolve("modules").toString(),
            "org.jboss.as.standalone",
            "-c",
            CONFIGURATION));
    process = ChildProcesses.start(command, log());
  }

  /** The directory of the one server whose name begins so. */
  static Path unpacked(String name) {
    try (Stream<Path> servers = Files.list(Path.of("target", "servers"))) {
      return servers
          .filter(each -> each.getFileName().toString().startsWith(name))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyConfiguration() throws IOException {
    try (Stream<Path> old = Files.exists(BASE) ? Files.walk(BASE) : Stream.empty()) {
      old.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    }
    Path from = HOME.resolve("standalone");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Path to = BASE.resolve(from.relativize(each).toString());
        Files.createDirectories(to.getParent());
        Files.copy(each, to);
      }
    }
    // the users of smq.admin.users are not users of WildFly
    Path file = BASE.resolve("configuration").resolve(CONFIGURATION);
    String domain = "name=\"other\" security-domain=\"ApplicationDomain\"";
    Files.writeString(
        file, Files.readString(file).replace(domain, domain + " integrated-jaspi=\"false\""));
  }

  /** Deploys the WAR at {@code /}; returns when it is deployed. */
  public WildFly deploy() throws IOException {
    Files.copy(
        Path.of("target/smq.war"),
        DEPLOYMENTS.resolve("ROOT.war"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.createFile(DEPLOYMENTS.resolve("ROOT.war.dodeploy"));
    return await("deployed");
  }

  /** Undeploys it; returns when that is done. */
  public void undeploy() throws IOException {
    Files.delete(DEPLOYMENTS.resolve("ROOT.war.deployed"));
    await("undeployed");
  }

  /** Waits for a file by which WildFly tells what has become of a deployment. */
  private WildFly await(String state) throws IOException {
    Path wanted = DEPLOYMENTS.resolve("ROOT.war." + state);
    Path failed = DEPLOYMENTS.resolve("ROOT.war.failed");
    Await.until(state, PATIENCE, () -> Files.exists(wanted) || Files.exists(failed));
    if (Files.exists(failed)) {
      throw new AssertionError(Files.readString(failed));
    }
    return this;
  }

  /** All that the server prints. */
  public Path log() {
    return BASE.resolve("console.log");
  }

  /** Waits until the server is ready for an application. */
  public WildFly awaitStarted() {
    Await.until(
        "WildFly", PATIENCE, () -> !process.isAlive() || managementStatus("/health/live") == 200);
    if (!process.isAlive()) {
      throw new AssertionError("WildFly has ended, see " + log());
    }
    return this;
  }

  /** The status of a GET of what WildFly's own port of the administration serves. */
  public int managementStatus(String path) {
    return status(URI.create("http://127.0.0.1:" + managementPort + path));
  }

  /** The address of a page or resource. */
  public URI http(String path) {
    return URI.create("http://127.0.0.1:" + httpPort + path);
  }

  /** The status of a GET by an administrator. */
  public int status(String path, String user) {
    String pair = user + ":" + AdminApi.PASSWORD + "@";
    return status(URI.create("http://" + pair + "127.0.0.1:" + httpPort + path));
  }

  /** The status of a GET. */
  public int status(String path) {
    return status(http(path));
  }

  static int status(URI address) {
    try {
      HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
      if (address.getUserInfo() != null) {
        byte[] pair = address.getUserInfo().getBytes(StandardCharsets.UTF_8);
        connection.setRequestProperty(
            "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
      }
      int status = connection.getResponseCode();
      connection.disconnect();
      return status;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int httpPort() {
    return httpPort;
  }

  public int devicePort() {
    return devicePort;
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
