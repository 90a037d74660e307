package org.smqcluster.led;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.smqcluster.api.OnMessage;
import org.smqcluster.api.SmqClient;
import org.smqcluster.broker.BrokerClient.Scope;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.protocol.WireText;

/**
 * Learns which devices there are, and how their LEDs stand, from the messages that they publish
 * (SMQ section 5). Each node listens to its own clients and keeps what it learns where all nodes
 * see it. Written with nothing but what the broker offers to any application.
 */
@ApplicationScoped
public class DeviceRegistry {

  private static final LimitedLog LOG = new LimitedLog(DeviceRegistry.class);

  static final String DEVICE_TOPIC = "/m2m/led/device";
  static final String TEMPERATURE_TOPIC = "/m2m/temp";

  private SmqClient smq;
  private DeviceStore store;
  private DeviceLimit limit;
  private final LongAdder rejected = new LongAdder();

  /** For the container's proxy. */
  protected DeviceRegistry() {}

  @Inject
  public DeviceRegistry(SmqClient smq, DeviceStore store, Settings settings) {
    this.smq = smq;
    this.store = store;
    this.limit = new DeviceLimit(settings.get(ConfigKey.LIMIT_DEVICES));
  }

  @OnMessage(topic = DEVICE_TOPIC, subtopic = "devinfo", scope = Scope.NODE)
  void announced(Message message) {
    Client client = smq.client(message.publisher()).orElse(null);
    DeviceInfo info = DeviceInfo.parse(message.payload()).orElse(null);
    if (info == null || client != null && !hasRoomFor(client)) {
      rejected.increment();
    } else if (client != null) {
      store.put(
          new Device(
              WireText.printable(client.uid()),
              client.etid(),
              smq.nodeName(),
              info.ipaddr().isEmpty() ? client.connectionInfo().addressText() : info.ipaddr(),
              info.devname(),
              info.leds(),
              info.temp(),
              System.currentTimeMillis()));
    }
  }

  private boolean hasRoomFor(Client client) {
    if (store.get(WireText.printable(client.uid())).isPresent() || !limit.isReached(store.all())) {
      return true;
    }
    List<Device> surplus = limit.surplus(store.all(), this::isOnline);
    surplus.forEach(device -> store.remove(device.uid()));
    logFull(surplus);
    return !surplus.isEmpty();
  }

  /** A device that connects may announce itself again and again. */
  private void logFull(List<Device> surplus) {
    LOG.log(
        surplus.isEmpty() ? Level.WARNING : Level.INFO,
        "There are {0} devices, as many as {1} allows: {2} that are offline are forgotten",
        limit.most(),
        ConfigKey.LIMIT_DEVICES.name(),
        surplus.size());
  }

  @OnMessage(topic = DEVICE_TOPIC, subtopic = "led", scope = Scope.NODE)
  void ledSwitched(Message message) {
    byte[] payload = message.payload();
    if (payload.length != 2) {
      rejected.increment();
      return;
    }
    Device device = of(message.publisher());
    if (device != null) {
      store.put(device.withLed(payload[0] & 0xFF, payload[1] != 0, System.currentTimeMillis()));
    }
  }

  @OnMessage(topic = TEMPERATURE_TOPIC, scope = Scope.NODE)
  void temperatureRead(Message message) {
    byte[] payload = message.payload();
    if (payload.length != 2) {
      rejected.increment();
      return;
    }
    Device device = of(message.publisher());
    if (device != null) {
      int tenths = payload[0] << 8 | payload[1] & 0xFF;
      store.put(device.withTemperature(tenths, System.currentTimeMillis()));
    }
  }

  private Device of(int etid) {
    return smq.client(etid)
        .flatMap(client -> store.get(WireText.printable(client.uid())))
        .filter(device -> device.etid() == etid)
        .orElse(null);
  }

  /** The devices of all nodes that are online now, by name. */
  public List<Device> online() {
    return known().stream().filter(this::isOnline).toList();
  }

  /** All devices that are known, by name. */
  public List<Device> known() {
    return store.all().stream()
        .sorted(Comparator.comparing(Device::devname).thenComparing(Device::uid))
        .toList();
  }

  /** Whether the device's client is connected, to any node. */
  public boolean isOnline(Device device) {
    return smq.isConnected(device.etid());
  }

  /** Asks a device to switch an LED; it reports what it did as any change. */
  public CompletionStage<Void> switchLed(Device device, int led, boolean on) {
    return smq.send(device.etid(), null, new byte[] {(byte) led, (byte) (on ? 1 : 0)});
  }

  /** Messages of devices that were not what they should be. */
  public long rejected() {
    return rejected.sum();
  }
}
