package org.smqcluster.bootstrap;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.log.Causes;

/**
 * Starts the node when the container deploys the application, and drains it when it goes. Ends the
 * process when the node cannot start, if the process runs nothing else: its supervisor must see the
 * failure, while Payara would stay up and answer every request with 500.
 */
@WebListener
public class ApplicationLifecycle implements ServletContextListener {

  /** Exit status after a failure that a restart may cure. */
  private static final int FAILED = 1;

  /** The status of a process whose configuration is refused: EX_CONFIG of sysexits.h. */
  private static final int MISCONFIGURED = 78;

  private static final Logger LOG = System.getLogger(ApplicationLifecycle.class.getName());

  @Inject private Config config;
  @Inject private NodeStarter starter;
  @Inject private ClusterJoin join;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      starter.start(event.getServletContext());
    } catch (RuntimeException | Error e) {
      endProcess(e);
      join.end();
      throw e;
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    starter.stop();
  }

  /** Logs the reason and ends the process, if the process runs nothing but the node. */
  private void endProcess(Throwable failure) {
    if (endsProcess()) {
      int status = status(failure);
      LOG.log(Level.ERROR, "The process ends with status {0}: {1}", status, reason(failure));
      // not exit(): Payara's shutdown would wait for this start, and have the last word
      Runtime.getRuntime().halt(status);
    }
  }

  /** The typed configuration may be what the start has failed of. */
  private boolean endsProcess() {
    return config
        .getOptionalValue(ConfigKey.EXIT_ON_FAILURE.name(), String.class)
        .map(text -> text.trim().equals("true"))
        .orElse(false);
  }

  /** 78 for a configuration that is refused, for whatever else 1. */
  static int status(Throwable failure) {
    return first(failure) instanceof ConfigException ? MISCONFIGURED : FAILED;
  }

  /** What the first of all causes says; a refused configuration needs no other reason. */
  static String reason(Throwable failure) {
    Throwable first = first(failure);
    return first.getMessage() == null ? first.toString() : first.getMessage();
  }

  private static Throwable first(Throwable failure) {
    List<Throwable> causes = Causes.of(failure).toList();
    return causes.stream()
        .filter(ConfigException.class::isInstance)
        .findFirst()
        .orElse(causes.get(causes.size() - 1));
  }
}
