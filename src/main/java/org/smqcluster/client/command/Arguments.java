package org.smqcluster.client.command;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command line, taken apart by the options that a command knows. */
final class Arguments {

  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  private Arguments() {}

  /**
   * Reads {@code --name value}, {@code --name=value}, {@code -n value} and {@code -nvalue}.
   *
   * @throws UsageException for an option that is not known, or lacks its value
   */
  static Arguments parse(List<Option> options, List<String> args) {
    Arguments parsed = new Arguments();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("-") || arg.equals("-")) {
        parsed.words.add(arg);
        continue;
      }
      Option option = find(options, arg);
      String attached = attached(option, arg);
      if (option.value() == null) {
        if (attached != null) {
          throw new UsageException("--" + option.name() + " takes no value");
        }
        parsed.add(option, "");
      } else if (attached != null) {
        parsed.add(option, attached);
      } else if (++i < args.size()) {
        parsed.add(option, args.get(i));
      } else {
        throw new UsageException(arg + " needs a value: " + option.value());
      }
    }
    return parsed;
  }

  private static Option find(List<Option> options, String arg) {
    String longName = arg.startsWith("--") ? arg.substring(2).split("=", 2)[0] : null;
    for (Option option : options) {
      if (longName != null ? option.name().equals(longName) : option.letter() == arg.charAt(1)) {
        return option;
      }
    }
    throw new UsageException("unknown option " + arg);
  }

  private static String attached(Option option, String arg) {
    if (arg.startsWith("--")) {
      int equals = arg.indexOf('=');
      return equals < 0 ? null : arg.substring(equals + 1);
    }
    return arg.length() > 2 ? arg.substring(2) : null;
  }

  private void add(Option option, String value) {
    values.computeIfAbsent(option.name(), name -> new ArrayList<>()).add(value);
  }

  /** The arguments that are not options. */
  List<String> words() {
    return words;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  String get(String name, String otherwise) {
    List<String> given = all(name);
    return given.isEmpty() ? otherwise : given.get(given.size() - 1);
  }

  int integer(String name, int otherwise, int min, int max) {
    String text = get(name, null);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // refused below
    }
    throw new UsageException("--" + name + " takes a whole number from " + min + " to " + max);
  }

  /** A time in seconds, fractions allowed. */
  Duration seconds(String name, Duration otherwise) {
    String text = get(name, null);
    if (text == null) {
      return otherwise;
    }
    try {
      long millis = new BigDecimal(text).movePointRight(3).longValue();
      if (millis > 0 && millis <= Integer.MAX_VALUE) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException notANumber) {
      // refused below
    }
    throw new UsageException("--" + name + " takes a number of seconds above 0");
  }
}
