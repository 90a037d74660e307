package org.smqcluster.led;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.smqcluster.api.OnMessage;
import org.smqcluster.api.SmqClient;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.MemoryKeys;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.protocol.WireText;

/**
 * Learns which devices there are, and how their LEDs stand, from the messages that they publish
 * (SMQ section 5). Each node listens to its own clients and keeps what it learns where all nodes
 * see it. Written with nothing but what the broker offers to any application.
 */
@ApplicationScoped
public class DeviceRegistry {

  static final String DEVICE_TOPIC = "/m2m/led/device";
  static final String TEMPERATURE_TOPIC = "/m2m/temp";

  private static final Duration SWEEP = Duration.ofSeconds(10);

  private SmqClient smq;
  private SharedDevices store;
  private DeviceKeeper keeper;
  private boolean addressesOfThisMachineCount;
  @Inject private ScheduledExecutorService executor;

  /** For the container's proxy. */
  protected DeviceRegistry() {}

  @Inject
  public DeviceRegistry(SmqClient smq, SharedDevices store, Settings settings) {
    this.smq = smq;
    this.store = store;
    this.addressesOfThisMachineCount = settings.get(SecurityKeys.LIMIT_LOOPBACK);
    DeviceAmount most =
        new DeviceAmount(
            settings.get(ConfigKey.LIMIT_DEVICES),
            BrokerSettings.Memory.ofHeap(settings.get(MemoryKeys.DEVICES)));
    this.keeper =
        new DeviceKeeper(
            store,
            new DeviceLimit(
                most,
                settings.get(MemoryKeys.ADDRESS),
                settings.get(ConfigKey.DEVICE_TIMEOUT).toMillis()),
            this::isOnline);
  }

  /** Every node does this; a device that one node has removed is gone from the others, too. */
  @PostConstruct
  void start() {
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the sweep of silent devices", keeper::sweep),
        SWEEP.toSeconds(),
        SWEEP.toSeconds(),
        TimeUnit.SECONDS);
  }

  @OnMessage(topic = DEVICE_TOPIC, subtopic = "devinfo", scope = Scope.NODE, latest = true)
  void announced(Message message) {
    DeviceInfo info = DeviceInfo.parse(message.payload()).orElse(null);
    if (info == null) {
      keeper.count(DeviceChange.INVALID, 1);
      return;
    }
    smq.client(message.publisher())
        .ifPresent(
            client ->
                keeper.announced(
                    new Device(
                        WireText.printable(client.uid()),
                        client.etid(),
                        smq.nodeName(),
                        network(client.connectionInfo()),
                        info.ipaddr().isEmpty()
                            ? client.connectionInfo().addressText()
                            : info.ipaddr(),
                        info.devname(),
                        info.leds(),
                        info.temp(),
                        System.currentTimeMillis())));
  }

  private String network(ConnectionInfo connection) {
    InetAddress address = connection.address();
    return address.isLoopbackAddress() && !addressesOfThisMachineCount
        ? ""
        : ClientNetwork.of(address).text();
  }

  /** The first byte of the payload is the number of the LED. */
  @OnMessage(
      topic = DEVICE_TOPIC,
      subtopic = "led",
      scope = Scope.NODE,
      latest = true,
      keyBytes = 1)
  void ledSwitched(Message message) {
    update(
        message,
        (device, payload) ->
            device.withLed(payload[0] & 0xFF, payload[1] != 0, System.currentTimeMillis()));
  }

  @OnMessage(topic = TEMPERATURE_TOPIC, scope = Scope.NODE, latest = true)
  void temperatureRead(Message message) {
    update(
        message,
        (device, payload) ->
            device.withTemperature(
                payload[0] << 8 | payload[1] & 0xFF, System.currentTimeMillis()));
  }

  /** Changes the device that published the two bytes, if it is known. */
  private void update(Message message, BiFunction<Device, byte[], Device> change) {
    byte[] payload = message.payload();
    if (payload.length != 2) {
      keeper.count(DeviceChange.INVALID, 1);
      return;
    }
    smq.client(message.publisher())
        .flatMap(client -> store.get(WireText.printable(client.uid())))
        .filter(device -> device.etid() == message.publisher())
        .ifPresent(device -> store.put(change.apply(device, payload)));
  }

  /** The devices of all nodes, online or not, in no order; a view of what is known now. */
  public Collection<Device> known() {
    return store.all();
  }

  /** The device with this UID. */
  public Optional<Device> find(String uid) {
    return store.get(uid);
  }

  /** Whether the device's client is connected, to any node. */
  public boolean isOnline(Device device) {
    return smq.isConnected(device.etid());
  }

  /** Asks a device to switch an LED; it reports what it did as any change. */
  public CompletionStage<Void> switchLed(Device device, int led, boolean on) {
    return smq.send(device.etid(), new byte[] {(byte) led, (byte) (on ? 1 : 0)});
  }

  /** Adds a watcher: told the UID of a device that changes, on any node; it must not block. */
  public void watch(Consumer<String> watcher) {
    store.watch(watcher);
  }

  /** What all devices take of each node's heap. */
  public DeviceAmount use() {
    return store.use();
  }

  /** The bound of {@link #use}. */
  public DeviceAmount bound() {
    return keeper.bound();
  }

  /** How often it happened on this node, since its start. */
  public long count(DeviceChange change) {
    return keeper.count(change);
  }
}
