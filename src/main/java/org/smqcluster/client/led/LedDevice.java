package org.smqcluster.client.led;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.SmqException;

/**
 * A simulated device with four LEDs and a thermometer (SMQ section 5). It announces itself when it
 * connects and whenever a page says hello, switches its LEDs for any client and reports each
 * switch. It keeps its state while it changes from one node to another.
 */
public final class LedDevice implements AutoCloseable {

  private static final String DISPLAY_TOPIC = "/m2m/led/display";
  private static final String DEVICE_TOPIC = "/m2m/led/device";
  private static final String TEMPERATURE_TOPIC = "/m2m/temp";
  private static final String DEVINFO = "devinfo";
  private static final String LED = "led";

  private static final int ROOM_TEMPERATURE = 215;
  private static final int LARGEST_DRIFT = 4;

  private final String name;
  private final Consumer<String> log;
  private final LedState state = new LedState(ROOM_TEMPERATURE);
  private final SmqClient client;
  private final ScheduledFuture<?> thermometer;

  private LedDevice(
      SmqClient.Builder connection,
      String name,
      Duration temperatureEvery,
      ScheduledExecutorService timer,
      Consumer<String> log) {
    this.name = name;
    this.log = log;
    // the next devinfo carries the changes that were made while the device was disconnected
    this.client = connection.queueOffline(false).listener(new Announcer()).start();
    client.subscribe(DISPLAY_TOPIC, this::hello);
    client.subscribeDirect(this::switchLed);
    long millis = temperatureEvery.toMillis();
    long first = ThreadLocalRandom.current().nextLong(millis + 1);
    this.thermometer =
        timer.scheduleAtFixedRate(this::measure, first, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a device; it connects by itself.
   *
   * @param connection addresses, UID and whatever else the device needs to connect
   * @param temperatureEvery the time between two reports of the temperature, at least 1 ms
   * @param timer runs the thermometer; may be shared by many devices
   * @param log takes one line for each thing that happens, on several threads
   */
  public static LedDevice start(
      SmqClient.Builder connection,
      String name,
      Duration temperatureEvery,
      ScheduledExecutorService timer,
      Consumer<String> log) {
    return new LedDevice(connection, name, temperatureEvery, timer, log);
  }

  /** The client by which it is connected. */
  public SmqClient client() {
    return client;
  }

  /**
   * Whether an LED is on.
   *
   * @param id 1 to 4
   */
  public boolean isOn(int id) {
    return state.isOn(id);
  }

  private void announce(SmqClient self) {
    self.publish(DEVICE_TOPIC, DEVINFO, devinfo(self));
  }

  private void hello(Message hello) {
    client.publish(hello.publisher(), DEVINFO, devinfo(client));
  }

  private byte[] devinfo(SmqClient self) {
    return state.devinfo(self.clientAddress(), name).getBytes(StandardCharsets.UTF_8);
  }

  private void switchLed(Message message) {
    byte[] payload = message.payload();
    if (message.subtopic() != 0 || payload.length != 2) {
      return;
    }
    int id = payload[0] & 0xFF;
    boolean on = payload[1] != 0;
    String color = state.switchLed(id, on);
    if (color == null) {
      log.accept(name + ": has no LED " + id);
      return;
    }
    log.accept(name + ": LED " + id + " (" + color + ") " + (on ? "on" : "off"));
    client.publish(DEVICE_TOPIC, LED, new byte[] {(byte) id, (byte) (on ? 1 : 0)});
  }

  private void measure() {
    int tenths =
        state.drift(ThreadLocalRandom.current().nextInt(-LARGEST_DRIFT, LARGEST_DRIFT + 1));
    if (client.state() == SmqClient.State.CONNECTED) {
      client.publish(TEMPERATURE_TOPIC, new byte[] {(byte) (tenths >> 8), (byte) tenths});
    }
  }

  /** Disconnects: pages that observe the device see it go. */
  @Override
  public void close() {
    thermometer.cancel(false);
    client.close();
  }

  /** Tells the world, and the log, when there is a connection. */
  private final class Announcer implements SmqClient.Listener {

    @Override
    public void onConnect(SmqClient self) {
      log.accept(name + ": connected to " + self.address());
      announce(self);
    }

    @Override
    public void onReconnect(SmqClient self) {
      log.accept(name + ": reconnected to " + self.address());
      announce(self);
    }

    @Override
    public void onDisconnect(SmqClient self, SmqException cause, boolean willReconnect) {
      log.accept(
          name
              + ": disconnected, "
              + cause.getMessage()
              + (willReconnect ? "; reconnecting" : "; not coming back"));
    }

    @Override
    public void onAttemptFailed(SmqClient self, String address, Exception cause) {
      log.accept(name + ": cannot connect to " + address + ": " + cause.getMessage());
    }
  }
}
