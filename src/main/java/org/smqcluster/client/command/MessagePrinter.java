package org.smqcluster.client.command;

import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;

/** Prints messages in the form that the command line asks for. Used by one thread. */
final class MessagePrinter {

  private static final String PLAIN = "%p";
  private static final String VERBOSE = "%t %s %e %p";

  private final SmqClient client;
  private final String format;
  private final boolean lines;
  private final PrintStream out;
  private final Runnable printed;
  private long left;

  /**
   * @param limit of the messages that are printed
   * @param printed called after each message
   */
  MessagePrinter(
      SmqClient client, Arguments arguments, PrintStream out, long limit, Runnable printed) {
    this.client = client;
    this.format = arguments.get("format", arguments.has("verbose") ? VERBOSE : PLAIN);
    this.lines = !arguments.has("no-newline");
    this.out = out;
    this.left = limit;
    this.printed = printed;
  }

  void print(String topic, Message message) {
    if (left == 0) {
      return;
    }
    left--;
    int from = 0;
    for (int at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
      out.print(format.substring(from, at));
      field(at + 1 < format.length() ? format.charAt(at + 1) : '%', topic, message);
      from = Math.min(format.length(), at + 2);
    }
    out.print(format.substring(from));
    if (lines) {
      out.println();
    }
    out.flush();
    printed.run();
  }

  private void field(char letter, String topic, Message message) {
    switch (letter) {
      case 'p' -> out.write(message.payload(), 0, message.payload().length);
      case 'x' -> out.print(HexFormat.of().formatHex(message.payload()));
      case 'l' -> out.print(message.payload().length);
      case 't' -> out.print(topic);
      case 's' -> out.print(subtopic(message.subtopic()));
      case 'e' -> out.print(message.publisher());
      case 'I' -> out.print(OffsetDateTime.now().truncatedTo(ChronoUnit.MILLIS));
      default -> out.print(letter);
    }
  }

  private String subtopic(int id) {
    if (id == 0) {
      return "-";
    }
    return client.subtopicName(id).orElse("#" + id);
  }
}
