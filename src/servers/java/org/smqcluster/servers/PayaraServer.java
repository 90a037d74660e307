package org.smqcluster.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.smqcluster.testing.FreePorts;

/** A full Payara Server, on free ports of 127.0.0.1. Not thread-safe. */
final class PayaraServer implements AutoCloseable {

  private static final Path ASADMIN = WildFly.unpacked("payara").resolve("bin/asadmin");

  /** What asadmin adds to its base of the ports. */
  private static final int HTTP = 80;

  private static final int ADMINISTRATION = 48;

  private final int portBase = FreePorts.next();
  private final Path domains = Path.of("target", "it", "payara-" + portBase).toAbsolutePath();
  private final Path domain = domains.resolve("smq");

  /**
   * Starts the server without an application.
   *
   * @param properties of its JVM
   */
  PayaraServer(Map<String, String> properties) throws IOException, InterruptedException {
    Files.createDirectories(domains);
    local("create-domain", "--nopassword=true", "--portbase", "" + portBase);
    Path file = domain.resolve("config/domain.xml");
    StringBuilder options = new StringBuilder();
    properties.forEach(
        (key, value) -> options.append("<jvm-options>-D" + key + "=" + value + "</jvm-options>"));
    Files.writeString(
        file,
        Files.readString(file)
            .replace("0.0.0.0", "127.0.0.1")
            .replace("</java-config>", options + "</java-config>"));
    local("start-domain");
    administer("set-hazelcast-configuration", "--enabled=false");
  }

  private void local(String command, String... options) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command, "--domaindir", domains.toString()));
    all.addAll(List.of(options));
    all.add("smq");
    run(all);
  }

  /** Runs a command of the running server; returns when it is done. */
  void administer(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("--port", "" + (portBase + ADMINISTRATION)));
    all.addAll(Arrays.asList(command));
    run(all);
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("sh", ASADMIN.toString()));
    all.addAll(command);
    Path said = domains.resolve(UUID.randomUUID() + ".txt");
    int status =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    assertEquals(0, status, () -> text(said));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:" + (portBase + HTTP) + path);
  }

  Path log() {
    return domain.resolve("logs/server.log");
  }

  long pid() throws IOException {
    return Long.parseLong(Files.readString(domain.resolve("config/pid")).strip());
  }

  @Override
  public void close() throws IOException {
    ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
  }
}
