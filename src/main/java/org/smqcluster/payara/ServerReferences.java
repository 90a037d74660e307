package org.smqcluster.payara;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.runtime.ObjectMethods;
import java.security.AccessControlContext;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Keeps the server and Java from referring to an application that is no longer deployed. Until Java
 * 23, a thread refers for its life to all code below which it was started, of any caller; an
 * exception refers to all code below which it was made. Any thread.
 */
public final class ServerReferences {

  private static final System.Logger LOG = System.getLogger(ServerReferences.class.getName());
  private static final Map<String, MethodType> LINKED =
      Map.of(
          "equals", MethodType.methodType(boolean.class, String.class, Object.class),
          "hashCode", MethodType.methodType(int.class, String.class),
          "toString", MethodType.methodType(String.class, String.class));
  private static final String CONTEXT = "inheritedAccessControlContext";
  private static final MethodHandle THEN;

  static {
    MethodType nothing = MethodType.methodType(void.class);
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    try {
      MethodHandle run = lookup.findVirtual(Runnable.class, "run", nothing);
      MethodHandle first = MethodHandles.dropArguments(run, 1, Runnable.class);
      MethodHandle then = MethodHandles.dropArguments(run, 0, Throwable.class, Runnable.class);
      THEN = MethodHandles.tryFinally(first, then);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private ServerReferences() {}

  /**
   * A task that calls a public method of the server without a frame of this application below it:
   * for work in which the server may start threads.
   *
   * @param method without parameters
   */
  public static Runnable task(MethodHandle method) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // where the task's class is defined
    thread.setContextClassLoader(Runnable.class.getClassLoader());
    try {
      return MethodHandleProxies.asInterfaceInstance(Runnable.class, method);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** A task of two, of which the second is always run; with no frame of its own below them. */
  public static Runnable both(Runnable first, Runnable second) {
    return task(MethodHandles.insertArguments(THEN, 0, first, second));
  }

  /**
   * Initializes a class of the server that has constant exceptions.
   *
   * @param constant gets any of its constants
   */
  public static void initialize(MethodHandle constant) {
    Thread thread = new Thread(task(constant), "smq-initialize");
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes what threads keep of a class loader; does nothing on a Java that keeps nothing. */
  public static void remove(ClassLoader loader) {
    replaceLinkedRecord();
    try {
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (refers(PrivateMembers.get(thread, CONTEXT), loader)) {
          PrivateMembers.set(thread, CONTEXT, null);
        }
      }
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return;
    }
  }

  /** Java keeps the types of the record whose methods were linked last. */
  private static void replaceLinkedRecord() {
    try {
      for (Map.Entry<String, MethodType> each : LINKED.entrySet()) {
        ObjectMethods.bootstrap(
            MethodHandles.lookup(),
            each.getKey(),
            each.getValue(),
            String.class,
            "text",
            MethodHandles.identity(String.class));
      }
    } catch (Throwable e) {
      LOG.log(Level.DEBUG, "The record whose methods were linked last is kept", e);
    }
  }

  @SuppressWarnings("removal")
  private static boolean refers(Object context, ClassLoader loader) {
    if (!(context instanceof AccessControlContext inherited)) {
      return false;
    }
    boolean[] found = {false};
    AccessControlContext asked =
        new AccessControlContext(
            inherited,
            (current, assigned) -> {
              found[0] = assigned != null && Stream.of(assigned).anyMatch(of(loader));
              return assigned;
            });
    PrivilegedAction<AccessControlContext> ask = AccessController::getContext;
    AccessController.doPrivileged(ask, asked);
    return found[0];
  }

  private static Predicate<ProtectionDomain> of(ClassLoader loader) {
    return domain -> domain != null && domain.getClassLoader() == loader;
  }
}
