package org.smqcluster.bootstrap;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.Extension;
import org.smqcluster.log.LogGuard;

/**
 * Guards the server's log from the first step of the deployment to the last of the application. No
 * file of the server's configuration names the guard: it holds for a server with any.
 */
public class LogInstallation implements Extension {

  private LogGuard guard;

  void begin(@Observes BeforeBeanDiscovery event) {
    guard = LogGuard.install();
  }

  void stopped(@Observes BeforeShutdown event) {
    guard.uninstall();
  }
}
