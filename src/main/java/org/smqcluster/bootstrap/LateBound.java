package org.smqcluster.bootstrap;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.TopicRegistry;

/**
 * Brokers and topics that are looked up at each call: beans may hold them before the node is
 * started. No message passes here.
 */
final class LateBound {

  private LateBound() {}

  static Broker broker(Supplier<Broker> broker) {
    return of(Broker.class, broker);
  }

  static TopicRegistry topics(Supplier<Broker> broker) {
    return of(TopicRegistry.class, () -> broker.get().topics());
  }

  private static <T> T of(Class<T> type, Supplier<? extends T> target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(target.get(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
