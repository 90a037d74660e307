package org.smqcluster.transport.websocket.grizzly;

import java.util.function.Supplier;

/** Runs code of the application, which expects to find its class loader, on a server's thread. */
final class ApplicationLoader {

  private static final ClassLoader LOADER = ApplicationLoader.class.getClassLoader();

  private ApplicationLoader() {}

  static <T> T call(Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(LOADER);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
