package org.smqcluster.client.command;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.smqcluster.client.SendPolicy;
import org.smqcluster.client.SmqClient;

/** Measures rates and latencies of brokers, from one process. */
final class BenchCommand {

  private static final int BUFFER = 4 << 20;

  static final Command COMMAND =
      new Command(
          "bench",
          "measure rates and latencies: bench fanout|pairs|direct",
          ConnectionOptions.with(
              Option.of("publishers", "COUNT", "fanout: clients that publish to the topic [1]"),
              Option.of("subscribers", "COUNT", "fanout: clients that subscribe to it [10]"),
              Option.of("pairs", "COUNT", "pairs, direct: so many pairs of clients [10]"),
              Option.of("size", "BYTES", "bytes of a payload, 24 to 65520 [64]"),
              Option.of("window", "COUNT", "messages of a publisher on their way at a time [16]"),
              Option.of(
                  "rate",
                  "COUNT",
                  "instead: messages a second in all, whatever comes back;\n"
                      + "a late one counts from when it was due"),
              Option.of("duration", "SECONDS", "how long to measure [10]"),
              Option.of("warmup", "SECONDS", "how long to run before [2]"),
              Option.of("across", null, "receivers connect to the next URL of the list"),
              Option.of("json", null, "print one line of JSON")),
          List.of(
              "bench fanout --subscribers 100 --rate 1000",
              "bench pairs --pairs 20 --window 32 --across --url ws://a:8080,ws://b:8080",
              "bench direct --pairs 1 --window 1         round trips of one pair",
              "Clients are spread over the URLs; client k starts with the k-th."),
          BenchCommand::run);

  private BenchCommand() {}

  private static int run(Arguments arguments, Console console) throws Exception {
    BenchPlan plan = BenchPlan.of(arguments);
    if (arguments.has("uid")) {
      throw new UsageException("bench has many clients; each gets a UID of its own");
    }
    List<String> urls = List.of(ConnectionOptions.url(arguments).split(","));
    try (BenchRun run =
        new BenchRun(
            plan,
            number -> start(arguments, console, urls, number),
            client -> ConnectionOptions.await(arguments, client))) {
      BenchReport report = run.measure();
      if (arguments.has("json")) {
        console.out().println(report.json());
      } else {
        report.lines().forEach(console.out()::println);
      }
    }
    return 0;
  }

  private static SmqClient start(
      Arguments arguments, Console console, List<String> urls, int number) {
    List<String> rotated = new ArrayList<>(urls);
    Collections.rotate(rotated, -(number % urls.size()));
    try {
      SmqClient.Builder builder = ConnectionOptions.builder(arguments, String.join(",", rotated));
      return ConnectionOptions.start(
          console, builder.sendBuffer(BUFFER, SendPolicy.BLOCK).receiveBuffer(BUFFER));
    } catch (IOException | GeneralSecurityException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
