package org.smqcluster.client.command;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.smqcluster.client.MessageHandler;
import org.smqcluster.client.SmqClient;

/** Subscribes, and prints what comes. */
final class SubCommand {

  /** The exit code of a wait that was too short, as mosquitto_sub has it. */
  private static final int TIMED_OUT = 27;

  static final Command COMMAND =
      new Command(
          "sub",
          "subscribe to topics and print the messages",
          ConnectionOptions.with(
              Option.of('t', "topic", "NAME", "a topic, may be repeated"),
              Option.of("subtopic", "NAME", "messages of this sub-topic only"),
              Option.of(
                  "direct",
                  null,
                  "messages to the client itself; its ETID goes to the\nerror stream"),
              Option.of("observe", null, "subscriber counts of the topics, to the error stream"),
              Option.of('v', "verbose", null, "print topic, sub-topic and publisher too"),
              Option.of(
                  'F',
                  "format",
                  "TEXT",
                  "%p payload, %x payload in hexadecimal, %l its length,\n"
                      + "%t topic, %s sub-topic, %e the publisher's ETID,\n"
                      + "%I time, %% percent sign [%p]"),
              Option.of('N', "no-newline", null, "no line end after a message"),
              Option.of('C', "count", "COUNT", "end after so many messages"),
              Option.of(
                  'W',
                  "wait",
                  "SECONDS",
                  "end after so much time; with exit code 27 if -C\nmessages have not come")),
          List.of(
              "sub -t /greeting",
              "sub -t /m2m/led/device --subtopic devinfo -F '%I from %e: %p'",
              "sub -t /m2m/temp -F %x -C 1 -W 10"),
          SubCommand::run);

  private SubCommand() {}

  private static int run(Arguments arguments, Console console) throws Exception {
    List<String> topics = arguments.all("topic");
    if (topics.isEmpty() && !arguments.has("direct")) {
      throw new UsageException("sub takes --topic or --direct");
    }
    int wanted = arguments.integer("count", 0, 1, Integer.MAX_VALUE);
    long limit = wanted == 0 ? Long.MAX_VALUE : wanted;
    Duration wait = arguments.seconds("wait", null);
    CountDownLatch missing = new CountDownLatch(Math.max(1, wanted));
    Runnable counted = wanted == 0 ? () -> {} : missing::countDown;
    try (SmqClient client = ConnectionOptions.connect(arguments, console)) {
      MessagePrinter printer = new MessagePrinter(client, arguments, console.out(), limit, counted);
      subscribe(client, arguments, printer, console);
      if (wait == null) {
        missing.await();
        return 0;
      }
      boolean came = missing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
      return came || wanted == 0 ? 0 : TIMED_OUT;
    }
  }

  private static void subscribe(
      SmqClient client, Arguments arguments, MessagePrinter printer, Console console) {
    String subtopic = arguments.get("subtopic", null);
    for (String topic : arguments.all("topic")) {
      MessageHandler handler = message -> printer.print(topic, message);
      CompletionStage<Integer> subscribed =
          subtopic == null
              ? client.subscribe(topic, handler)
              : client.subscribe(topic, subtopic, handler);
      int tid = subscribed.toCompletableFuture().join();
      if (arguments.has("observe")) {
        client.observe(
            tid, count -> console.note("smq: " + topic + " has " + count + " subscribers"));
      }
    }
    if (arguments.has("direct")) {
      if (subtopic == null) {
        client.subscribeDirect(message -> printer.print("", message));
      } else {
        client.subscribeDirect(subtopic, message -> printer.print("", message));
      }
      console.note("smq: ETID " + client.etid());
    }
  }
}
