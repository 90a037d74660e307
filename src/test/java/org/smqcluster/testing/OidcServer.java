package org.smqcluster.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.smqcluster.launcher.ChildProcesses;

/**
 * A login server with OpenID Connect: npm's oidc-provider, in the Node that Playwright brings
 * along. npm installs it, once.
 */
public final class OidcServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
      NpmTools tools = NpmTools.install("oidc");
      Process process =
          ChildProcesses.start(
              List.of(
                  NodeJs.program().toString(),
                  tools.copy("server.mjs").toString(),
                  Integer.toString(port),
                  redirect.toString()),
              tools.directory().resolve("server.log"));
      Await.until("the login server on port " + port, PATIENCE, () -> answers(port));
      return new OidcServer(process);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
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
