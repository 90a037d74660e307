package org.smqcluster.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the value of a configuration key looks like.
 *
 * @param allowed what is allowed, for error messages and configuration.md
 * @param parse turns text into the value; throws IllegalArgumentException if it is not allowed
 * @param isSecret whether no error message may show the text
 */
record Kind<T>(String allowed, Function<String, T> parse, boolean isSecret) {

  /** A host name, an IPv4 address, or an IPv6 address in brackets. */
  static final String URL_HOST = "([^\\s,:/\\[\\]]+|\\[[0-9A-Fa-f:.]+])";

  Kind(String allowed, Function<String, T> parse) {
    this(allowed, parse, false);
  }

  /** The same for a secret, which no log shows. */
  Kind<T> secret() {
    return new Kind<>(allowed, parse, true);
  }

  static Kind<String> text() {
    return text("text");
  }

  static Kind<String> text(String allowed) {
    return new Kind<>(allowed, text -> text);
  }

  static Kind<String> matching(String regex, String allowed) {
    return new Kind<>(
        allowed,
        text -> {
          if (!text.matches(regex)) {
            throw new IllegalArgumentException();
          }
          return text;
        });
  }

  static Kind<Integer> integer(int min, int max) {
    return new Kind<>(
        "a whole number from " + min + " to " + max,
        text -> {
          int value = Integer.parseInt(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  static Kind<Integer> port() {
    return new Kind<>("a port from 1 to 65535, or 0 for any free one", integer(0, 65535).parse());
  }

  static Kind<Boolean> bool() {
    return new Kind<>(
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  static Kind<InetAddress> address() {
    return new Kind<>(
        "an IP address or host name of this machine; 0.0.0.0 or :: for all its addresses",
        text -> {
          try {
            return InetAddress.getByName(text);
          } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  /** Host and port; an IPv6 address is in brackets. */
  static Kind<String> hostPort() {
    return new Kind<>(
        "host:port, an IPv6 address in brackets",
        text -> {
          int colon = text.lastIndexOf(':');
          String host = text.substring(0, Math.max(0, colon));
          int port = Integer.parseInt(text.substring(colon + 1));
          if (!host.matches(URL_HOST) || port < 1 || port > 65535) {
            throw new IllegalArgumentException();
          }
          return text;
        });
  }

  /** A number with the unit ms, s, m or h. */
  static Kind<Duration> duration(Duration min, Duration max) {
    return new Kind<>(
        "a time from " + text(min) + " to " + text(max) + ", with the unit ms, s, m or h",
        text -> {
          Duration value = parseDuration(text.trim().toLowerCase(Locale.ROOT));
          if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  private static Duration parseDuration(String text) {
    if (text.endsWith("ms")) {
      return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2).trim()));
    }
    try {
      return Duration.parse("PT" + text.replace(" ", ""));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 != 0 ? millis + "ms" : duration.toString().substring(2).toLowerCase();
  }

  static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
    List<E> all = Arrays.asList(type.getEnumConstants());
    String allowed =
        all.stream().map(Kind::choiceName).collect(Collectors.joining(", ", "one of ", ""));
    return new Kind<>(
        allowed,
        text ->
            all.stream()
                .filter(each -> choiceName(each).equals(text.trim().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  static String choiceName(Enum<?> each) {
    return each.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Values separated by commas; white space around them is ignored; empty is the empty list. */
  static <T> Kind<List<T>> list(Kind<T> element) {
    return new Kind<>(
        "a comma-separated list, each " + element.allowed(),
        text ->
            Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .map(element.parse())
                .toList());
  }
}
