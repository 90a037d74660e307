package org.smqcluster.bootstrap;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;

/**
 * Lets the node drain when the process is asked to end (SIGTERM). Payara Micro's own shutdown hook
 * closes all connections at once, and hooks run side by side; so the signal is taken before any of
 * them, and the JVM is ended when the node is done. Reflection, because {@code sun.misc.Signal} is
 * not part of the platform's API: where it is missing, connections end as Payara ends them.
 */
final class TerminationSignal {

  private static final Logger LOG = System.getLogger(TerminationSignal.class.getName());

  private TerminationSignal() {}

  /**
   * Runs {@code drain} on SIGTERM, then ends the JVM. The last caller counts.
   *
   * @return puts the handler of before back, so that the JVM does not keep the application
   */
  static Runnable handle(Runnable drain) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      Object term = signal.getConstructor(String.class).newInstance("TERM");
      Object before = handle.invoke(null, term, handler(handler, drain));
      return () -> restore(handle, term, before);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.log(
          Level.WARNING,
          "SIGTERM cannot be handled here; drain the node before you stop its process",
          e);
      return () -> {};
    }
  }

  private static void restore(Method handle, Object term, Object before) {
    try {
      handle.invoke(null, term, before);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "Cannot restore the handler of SIGTERM", e);
    }
  }

  /** The handler that {@code sun.misc.Signal} calls, on a thread of Java's own. */
  private static Object handler(Class<?> type, Runnable drain) throws ReflectiveOperationException {
    MethodHandle ending =
        MethodHandles.lookup()
            .findStatic(
                TerminationSignal.class,
                "end",
                MethodType.methodType(void.class, Runnable.class, Object.class));
    return MethodHandleProxies.asInterfaceInstance(type, ending.bindTo(drain));
  }

  private static void end(Runnable drain, Object signal) {
    Thread ending = new Thread(() -> drainAndExit(drain), "smq-termination");
    // Java's thread for signals has none, and the container's proxies need one
    ending.setContextClassLoader(TerminationSignal.class.getClassLoader());
    ending.start();
  }

  private static void drainAndExit(Runnable drain) {
    try {
      drain.run();
    } finally {
      System.exit(0);
    }
  }
}
