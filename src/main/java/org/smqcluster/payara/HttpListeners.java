package org.smqcluster.payara;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Finds the HTTP listeners of the server, of which no specification speaks. Any thread. */
public final class HttpListeners {

  private static final String GLOBALS = "org.glassfish.internal.api.Globals";
  private static final String LOCATOR = "org.glassfish.hk2.api.ServiceLocator";
  private static final String LISTENERS = "com.sun.enterprise.v3.services.impl.GrizzlyService";

  /** Stands for a service, such as IIOP, until its first connection; speaks no HTTP. */
  private static final String LAZY =
      "com.sun.enterprise.v3.services.impl.ServiceInitializerListener";

  /** Payara Server's administration, which deploys this application. */
  private static final String ADMINISTRATION = "admin-listener";

  private HttpListeners() {}

  /** Whether this is a server whose listeners this class knows: Payara, and not another one. */
  public static boolean known() {
    try {
      Class.forName(GLOBALS);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * All HTTP listeners of applications, plain and with TLS ({@code GenericGrizzlyListener}).
   *
   * @throws ReflectiveOperationException if this is not the server that this class knows
   */
  public static List<Object> all() throws ReflectiveOperationException {
    Object services = Class.forName(GLOBALS).getMethod("getDefaultHabitat").invoke(null);
    Object http =
        Class.forName(LOCATOR)
            .getMethod("getService", Class.class, Annotation[].class)
            .invoke(services, Class.forName(LISTENERS), new Annotation[0]);
    List<Object> listeners = new ArrayList<>();
    for (Object proxy : (Collection<?>) PrivateMembers.get(http, "proxies")) {
      Object listener = call(proxy, "getUnderlyingListener");
      if (!listener.getClass().getName().equals(LAZY)
          && !ADMINISTRATION.equals(call(listener, "getName"))) {
        listeners.add(listener);
      }
    }
    return listeners;
  }

  /**
   * The transports of {@link #all} HTTP listeners ({@code TCPNIOTransport}).
   *
   * @throws ReflectiveOperationException if this is not the server that this class knows
   */
  public static List<Object> transports() throws ReflectiveOperationException {
    List<Object> transports = new ArrayList<>();
    for (Object listener : all()) {
      transports.add(call(listener, "getTransport"));
    }
    return transports;
  }

  /** What a public method without parameters returns. */
  static Object call(Object owner, String name) throws ReflectiveOperationException {
    return owner.getClass().getMethod(name).invoke(owner);
  }
}
