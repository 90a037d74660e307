package org.smqcluster.threads;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the daemon threads of this application, named {@code <name>-<number>}. They are plain
 * threads: on Payara each task of a managed executor scans all JARs for a service, which costs more
 * than delivering a hundred messages. Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {

  private final String name;
  private final ClassLoader classLoader;
  private final AtomicInteger next = new AtomicInteger(1);

  /**
   * Makes a factory.
   *
   * @param name what the threads' names begin with
   */
  public DaemonThreads(String name) {
    this(name, DaemonThreads.class.getClassLoader());
  }

  /**
   * Makes a factory.
   *
   * @param classLoader context class loader of the threads
   */
  public DaemonThreads(String name, ClassLoader classLoader) {
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
