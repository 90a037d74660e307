package org.smqcluster.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.smqcluster.cdi.BrokerName;
import org.smqcluster.cdi.SmqClient;
import org.smqcluster.config.Settings;
import org.smqcluster.device.DeviceStore;

/** Gives CDI what is not a bean by itself. */
@ApplicationScoped
public class Wiring {

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

  /** Reads the MicroProfile configuration. */
  static Settings read(Config config) {
    return Settings.read(
        config.getPropertyNames(),
        name -> Optional.ofNullable(config.getConfigValue(name).getValue()));
  }
}
