package org.smqcluster.bootstrap;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Starts the node when the container deploys the application, and drains it when it goes. */
@WebListener
public class ApplicationLifecycle implements ServletContextListener {

  @Inject private NodeStarter starter;
  @Inject private StartFailure failed;
  @Inject private ClusterJoin join;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      starter.start(event.getServletContext());
    } catch (RuntimeException | Error e) {
      failed.because(e);
      join.end();
      throw e;
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    starter.stop();
  }
}
