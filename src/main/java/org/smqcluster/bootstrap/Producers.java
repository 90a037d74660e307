package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.api.BrokerName;
import org.smqcluster.api.SmqClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.config.Settings;
import org.smqcluster.node.Descriptors;
import org.smqcluster.node.NodeSettings;
import org.smqcluster.node.SmqNode;

/**
 * Makes injectable what is not a bean by itself. What belongs to a broker may be injected before
 * the node is started: it is looked up at each call ({@link LateBound}).
 */
@ApplicationScoped
public class Producers {

  private SmqNode node;
  private Settings settings;

  /** For the container's proxy. */
  protected Producers() {}

  @Inject
  public Producers(SmqNode node, Config config) {
    this.node = node;
    this.settings = NodeSettings.read(config);
  }

  /** The configuration, read and checked once. */
  @Produces
  @Dependent
  Settings settings() {
    return settings;
  }

  /** The file descriptors of this process. */
  @Produces
  @Singleton
  Descriptors descriptors() {
    return new Descriptors();
  }

  /** JSON for payloads and the REST API. */
  @Produces
  @ApplicationScoped
  Jsonb jsonb() {
    return JsonbBuilder.create();
  }

  /** The first broker. */
  @Produces
  @Dependent
  Broker broker() {
    return LateBound.broker(() -> node.broker(""));
  }

  /** The broker that the injection point names. */
  @Produces
  @Dependent
  @BrokerName("")
  Broker namedBroker(InjectionPoint point) {
    String name = name(point);
    return LateBound.broker(() -> node.broker(name));
  }

  /** The topics of the first broker. */
  @Produces
  @Dependent
  TopicRegistry topics() {
    return LateBound.topics(() -> node.broker(""));
  }

  /** The topics of the broker that the injection point names. */
  @Produces
  @Dependent
  @BrokerName("")
  TopicRegistry namedTopics(InjectionPoint point) {
    String name = name(point);
    return LateBound.topics(() -> node.broker(name));
  }

  /** The client of the first broker. */
  @Produces
  @Dependent
  SmqClient client(Jsonb jsonb) {
    return client("", jsonb);
  }

  /** The client of the broker that the injection point names. */
  @Produces
  @Dependent
  @BrokerName("")
  SmqClient namedClient(Jsonb jsonb, InjectionPoint point) {
    return client(name(point), jsonb);
  }

  private SmqClient client(String broker, Jsonb jsonb) {
    return new SmqClient(() -> node.broker(broker), () -> node.brokerClient(broker), jsonb);
  }

  private static String name(InjectionPoint point) {
    return point.getQualifiers().stream()
        .filter(BrokerName.class::isInstance)
        .map(qualifier -> ((BrokerName) qualifier).value())
        .findFirst()
        .orElse("");
  }
}
