package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.api.BrokerName;
import org.smqcluster.api.SmqClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.config.Settings;
import org.smqcluster.node.Descriptors;
import org.smqcluster.node.SmqNode;

/**
 * Makes injectable what is not a bean by itself. What belongs to a broker may be injected before
 * the node is started: it is looked up at each call.
 */
@ApplicationScoped
public class Producers {

  @Inject private SmqNode node;

  /** The configuration, read and checked once. */
  @Produces
  @Singleton
  Settings settings(Config config) {
    return NodeConfig.read(config);
  }

  @Produces
  @Singleton
  Descriptors descriptors() {
    return new Descriptors();
  }

  @Produces
  @ApplicationScoped
  Jsonb jsonb() {
    return JsonbBuilder.create();
  }

  /** The broker that the injection point names, else the first. */
  @Produces
  @Dependent
  @Default
  @BrokerName("")
  Broker broker(InjectionPoint point) {
    String name = name(point);
    return lateBound(Broker.class, () -> node.broker(name));
  }

  /** The topics of that broker. */
  @Produces
  @Dependent
  @Default
  @BrokerName("")
  TopicRegistry topics(InjectionPoint point) {
    String name = name(point);
    return lateBound(TopicRegistry.class, () -> node.broker(name).topics());
  }

  /** The client of that broker. */
  @Produces
  @Dependent
  @Default
  @BrokerName("")
  SmqClient client(Jsonb jsonb, InjectionPoint point) {
    String name = name(point);
    return new SmqClient(() -> node.broker(name), () -> node.brokerClient(name), jsonb);
  }

  private static String name(InjectionPoint point) {
    return point.getQualifiers().stream()
        .filter(BrokerName.class::isInstance)
        .map(qualifier -> ((BrokerName) qualifier).value())
        .findFirst()
        .orElse("");
  }

  /** Looks the target up at each call. No message passes here. */
  private static <T> T lateBound(Class<T> type, Supplier<T> target) {
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
