package org.smqcluster.client.command;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;

/** Simulates LED devices until the process is told to end. */
final class LedCommand {

  static final Command COMMAND =
      new Command(
          "led",
          "simulate devices with LEDs and a thermometer",
          ConnectionOptions.with(
              Option.of("name", "TEXT", "the device's name [LED device on HOST]"),
              Option.of("count", "COUNT", "so many devices, numbered from 1 [1]"),
              Option.of("temperature", "SECONDS", "time between two temperatures [5]")),
          List.of(
              "led --url smq://127.0.0.1:8085/smq.lsp,smq://127.0.0.1:8086/smq.lsp --name 'Device 1'",
              "A device's UID is made of its name, unless --uid gives one: it has to be its own."),
          LedCommand::run);

  private LedCommand() {}

  private static int run(Arguments arguments, Console console) throws Exception {
    String name = arguments.get("name", "LED device on " + hostName());
    String uid = arguments.get("uid", "led-" + name);
    int count = arguments.integer("count", 1, 1, 10_000);
    Duration temperatureEvery = arguments.seconds("temperature", Duration.ofSeconds(5));
    List<LedDevice> devices = new ArrayList<>();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "smq-thermometer"));
    for (int i = 1; i <= count; i++) {
      String suffix = count == 1 ? "" : " " + i;
      SmqClient.Builder connection =
          ConnectionOptions.builder(arguments).uid(uid + suffix).persistent(true);
      devices.add(
          LedDevice.start(connection, name + suffix, temperatureEvery, timer, console::print));
    }
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> devices.parallelStream().forEach(LedDevice::close)));
    new CountDownLatch(1).await();
    return 0;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this machine";
    }
  }
}
