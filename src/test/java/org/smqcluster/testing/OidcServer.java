package org.smqcluster.testing;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.smqcluster.launcher.ChildProcesses;

/**
 * A login server with OpenID Connect: npm's oidc-provider, in the Node that Playwright brings
 * along. npm installs it, once.
 */
public final class OidcServer implements AutoCloseable {

  private static final Path SOURCES = Path.of("src", "test", "oidc");
  private static final Path DIRECTORY = Path.of("target", "oidc").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long INSTALL_SECONDS = 300;

  private final Process process;

  private OidcServer(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param port of 127.0.0.1
   * @param redirect where it sends browsers back
   */
  public static OidcServer start(int port, URI redirect) {
    try {
      install();
      Path node = Driver.ensureDriverInstalled(Map.of(), false).driverDir().resolve("node");
      Process process =
          ChildProcesses.start(
              List.of(
                  node.toString(),
                  DIRECTORY.resolve("server.mjs").toString(),
                  Integer.toString(port),
                  redirect.toString()),
              DIRECTORY.resolve("server.log"));
      Await.until("the login server on port " + port, PATIENCE, () -> answers(port));
      return new OidcServer(process);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void install() throws IOException, InterruptedException {
    Files.createDirectories(DIRECTORY);
    for (String file : List.of("package.json", "server.mjs")) {
      Files.copy(
          SOURCES.resolve(file), DIRECTORY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (Files.exists(DIRECTORY.resolve("node_modules/oidc-provider/package.json"))) {
      return;
    }
    Path npm = DebianProgram.findOrInstall("npm", "npm").orElseThrow();
    Process install =
        ChildProcesses.start(
            List.of(
                npm.toString(),
                "install",
                "--no-audit",
                "--no-fund",
                "--prefix",
                DIRECTORY.toString()),
            DIRECTORY.resolve("install.log"));
    if (!install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS) || install.exitValue() != 0) {
      install.destroyForcibly();
      throw new AssertionError("npm install: see " + DIRECTORY.resolve("install.log"));
    }
  }

  private static boolean answers(int port) {
    try {
      URI address = URI.create("http://127.0.0.1:" + port + "/.well-known/openid-configuration");
      return ((HttpURLConnection) address.toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Whether it has not ended by itself. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
