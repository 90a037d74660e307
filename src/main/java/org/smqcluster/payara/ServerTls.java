package org.smqcluster.payara;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What this project knows of how Payara has TLS on its HTTP listeners. No specification promises
 * any of it: where it is missing, a changed certificate needs a restart. For one thread at a time.
 */
public final class ServerTls {

  private static final String STORES = "com.sun.enterprise.server.pluggable.SecuritySupport";
  private static final String FILTER = "org.glassfish.grizzly.ssl.SSLBaseFilter";

  /** One for each listener with TLS: makes the engines of its connections. */
  private final List<Object> configurators;

  private ServerTls(List<Object> configurators) {
    this.configurators = configurators;
  }

  /** Finds the listeners that have TLS. */
  public static ServerTls find() throws ReflectiveOperationException {
    List<Object> found = new ArrayList<>();
    for (Object listener : HttpListeners.all()) {
      Object filters =
          listener
              .getClass()
              .getMethod("getFilters", Class.class)
              .invoke(listener, Class.forName(FILTER));
      for (Object filter : (Collection<?>) filters) {
        found.add(HttpListeners.call(filter, "getServerSSLEngineConfigurator"));
      }
    }
    return new ServerTls(found);
  }

  /** The names of the keys that the listeners are configured to have. */
  public List<String> aliases() throws ReflectiveOperationException {
    List<String> aliases = new ArrayList<>();
    Method nickname =
        Class.forName("org.glassfish.grizzly.config.dom.Ssl").getMethod("getCertNickname");
    for (Object configurator : configurators) {
      if (nickname.invoke(PrivateMembers.get(configurator, "ssl")) instanceof String alias
          && !alias.isEmpty()) {
        aliases.add(alias);
      }
    }
    return aliases;
  }

  /** Lets the server read its stores again, and new connections have them; returns how many. */
  public int reload() throws ReflectiveOperationException {
    Object stores = Class.forName(STORES).getMethod("getDefaultInstance").invoke(null);
    // its public reset() needs a master password, which Payara Micro has not; without, it takes
    // the passwords from the properties, as at the start
    PrivateMembers.method(stores, "initStores", char[].class, char[].class)
        .invoke(stores, null, null);
    for (Object configurator : configurators) {
      Method make = PrivateMembers.method(configurator, "initializeSSLContext");
      // read anew for each connection; null would be there for as long as making one takes
      PrivateMembers.field(configurator, "sslContext").set(configurator, make.invoke(configurator));
    }
    return configurators.size();
  }
}
