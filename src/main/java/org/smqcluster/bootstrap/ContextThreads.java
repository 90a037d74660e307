package org.smqcluster.bootstrap;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that see the application's classes. They are plain ones: on Payara each task of a managed
 * executor scans all jars for a service, which costs more than delivering a hundred messages.
 */
final class ContextThreads implements ThreadFactory {

  private final String name;
  private final ClassLoader classLoader;
  private final AtomicInteger next = new AtomicInteger(1);

  ContextThreads(String name, ClassLoader classLoader) {
    this.name = name;
    this.classLoader = classLoader;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name + "-" + next.getAndIncrement());
    thread.setDaemon(true);
    thread.setContextClassLoader(classLoader);
    return thread;
  }
}
