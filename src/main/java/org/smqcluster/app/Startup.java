package org.smqcluster.app;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Starts the node when the container deploys the application, and drains it when it goes. */
@WebListener
public class Startup implements ServletContextListener {

  @Inject private NodeStarter starter;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    starter.start(event.getServletContext());
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    starter.stop();
  }
}
