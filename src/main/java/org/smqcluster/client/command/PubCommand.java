package org.smqcluster.client.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.smqcluster.client.SmqClient;

/** Publishes messages. */
final class PubCommand {

  static final Command COMMAND =
      new Command(
          "pub",
          "publish messages to a topic or a client",
          ConnectionOptions.with(
              Option.of('t', "topic", "NAME", "the topic to publish to"),
              Option.of("to", "ETID", "the client to send to, instead of a topic"),
              Option.of("subtopic", "NAME", "the sub-topic [none]"),
              Option.of('m', "message", "TEXT", "the payload"),
              Option.of("hex", "DIGITS", "the payload, in hexadecimal"),
              Option.of('f', "file", "FILE", "the payload is the file's content"),
              Option.of('s', "stdin", null, "the payload is all of the standard input"),
              Option.of('l', "lines", null, "each line of the standard input is a message"),
              Option.of('n', "null", null, "an empty payload"),
              Option.of("repeat", "COUNT", "send it so many times [1]"),
              Option.of("repeat-delay", "SECONDS", "the time between [none]")),
          List.of(
              "pub -t /greeting -m hello",
              "pub --url ws://127.0.0.1:8080/smq.lsp -t /log -l < messages.txt",
              "pub --to 1234567890 --hex 0101        switch LED 1 of the device with this ETID on"),
          PubCommand::run);

  private PubCommand() {}

  private static int run(Arguments arguments, Console console) throws Exception {
    Destination destination = Destination.of(arguments);
    boolean lines = arguments.has("lines");
    byte[] payload = lines ? null : payload(arguments, console);
    int repeat = arguments.integer("repeat", 1, 1, Integer.MAX_VALUE);
    Duration delay = arguments.seconds("repeat-delay", Duration.ZERO);
    try (SmqClient client = ConnectionOptions.connect(arguments, console)) {
      if (lines) {
        publishLines(destination, client, console);
      } else {
        for (int i = 0; i < repeat; i++) {
          if (i > 0) {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
          }
          destination.publish(client, payload);
        }
      }
    }
    return 0;
  }

  private static void publishLines(Destination destination, SmqClient client, Console console)
      throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      destination.publish(client, line.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Where messages go.
   *
   * @param topic null if they go to {@code etid}
   * @param subtopic null for none
   */
  private record Destination(String topic, int etid, String subtopic) {

    static Destination of(Arguments arguments) {
      if (arguments.has("topic") == arguments.has("to")) {
        throw new UsageException("pub takes --topic or --to");
      }
      return new Destination(
          arguments.get("topic", null),
          arguments.integer("to", 0, 1, Integer.MAX_VALUE),
          arguments.get("subtopic", null));
    }

    /** Publishes, and waits until the message is handed to the connection. */
    void publish(SmqClient client, byte[] payload) {
      CompletionStage<Void> published;
      if (topic == null) {
        published =
            subtopic == null
                ? client.publish(etid, payload)
                : client.publish(etid, subtopic, payload);
      } else {
        published =
            subtopic == null
                ? client.publish(topic, payload)
                : client.publish(topic, subtopic, payload);
      }
      published.toCompletableFuture().join();
    }
  }

  private static byte[] payload(Arguments arguments, Console console) throws IOException {
    long sources =
        List.of("message", "hex", "file", "stdin", "null").stream().filter(arguments::has).count();
    if (sources != 1) {
      throw new UsageException(
          "pub takes one of --message, --hex, --file, --stdin, --lines, --null");
    }
    if (arguments.has("message")) {
      return arguments.get("message", "").getBytes(StandardCharsets.UTF_8);
    } else if (arguments.has("hex")) {
      return hex(arguments.get("hex", ""));
    } else if (arguments.has("file")) {
      return Files.readAllBytes(Path.of(arguments.get("file", "")));
    }
    return arguments.has("stdin") ? console.in().readAllBytes() : new byte[0];
  }

  private static byte[] hex(String digits) {
    try {
      return HexFormat.of().parseHex(digits.replace(" ", ""));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--hex takes an even number of hexadecimal digits");
    }
  }
}
