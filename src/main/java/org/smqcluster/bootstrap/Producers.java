package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import org.smqcluster.api.BrokerName;
import org.smqcluster.api.SmqClient;
import org.smqcluster.config.Settings;
import org.smqcluster.led.DeviceStore;
import org.smqcluster.node.NodeHolder;

/** Gives CDI what is not a bean by itself. */
@ApplicationScoped
public class Producers {

  /** The configuration, read and checked once. */
  @Produces
  @Dependent
  Settings settings(NodeHolder holder) {
    return holder.settings();
  }

  /** JSON for payloads and the REST API. */
  @Produces
  @ApplicationScoped
  Jsonb jsonb() {
    return JsonbBuilder.create();
  }

  /** The devices that all nodes know. */
  @Produces
  @ApplicationScoped
  DeviceStore devices(NodeHolder holder) {
    return new SharedDevices(holder.node().cluster().devices());
  }

  /** The client of the first broker. */
  @Produces
  @Dependent
  SmqClient client(NodeHolder holder, Jsonb jsonb) {
    return client(holder, jsonb, "");
  }

  /** The client of the broker that the injection point names. */
  @Produces
  @Dependent
  @BrokerName("")
  SmqClient namedClient(NodeHolder holder, Jsonb jsonb, InjectionPoint point) {
    String name =
        point.getQualifiers().stream()
            .filter(BrokerName.class::isInstance)
            .map(qualifier -> ((BrokerName) qualifier).value())
            .findFirst()
            .orElse("");
    return client(holder, jsonb, name);
  }

  private static SmqClient client(NodeHolder holder, Jsonb jsonb, String broker) {
    return new SmqClient(
        () -> holder.node().broker(broker), () -> holder.node().brokerClient(broker), jsonb);
  }
}
