package org.smqcluster.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.protocol.WireText;

/**
 * The access list: rules in order, of which the first that is about a request decides; what no rule
 * is about is denied, but for the choice of a UID. The format is that of server-config/acl.example.
 * Immutable.
 */
record Acl(List<Acl.Rule> rules) {

  /** What a rule of the access list may be about. */
  enum Action {
    /** Connect with the UID: allowed where no rule says otherwise, and not one of *. */
    CONNECT,
    SUBSCRIBE,
    /** Create the topic, or learn its id. */
    CREATE,
    PUBLISH,
    /** Create the sub-topic, or learn its id. */
    SUBTOPIC,
    /** Send to a client by its ETID, {@code client}, or to the node itself, {@code broker}. */
    SEND
  }

  /** What {@link Action#SEND} is matched against. */
  static final String TO_CLIENT = "client";

  static final String TO_BROKER = "broker";

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|[^\\s\"#][^\\s\"]*");
  private static final Pattern VARIABLE = Pattern.compile("\\{(user|uid)}");
  private static final int FIXED_WORDS = 3;

  /** The clients that a rule applies to, by user, null for none, and UID. */
  private interface Clients extends BiPredicate<String, String> {}

  /** A pattern; {@code glob} is null if it depends on the client. */
  private record NamePattern(String text, Glob glob) {

    static NamePattern of(String text) {
      return new NamePattern(text, VARIABLE.matcher(text).find() ? null : Glob.of(text));
    }

    boolean matches(String name, Map<String, String> variables) {
      return glob != null
          ? glob.matches(name)
          : VARIABLE.matcher(text).results().allMatch(each -> variables.containsKey(each.group(1)))
              && Glob.of(text, variables).matches(name);
    }
  }

  private record Rule(
      boolean allow, List<Clients> clients, Set<Action> actions, List<NamePattern> names) {

    boolean decides(String user, String uid, Action action, String name) {
      if (!actions.contains(action) || clients.stream().noneMatch(each -> each.test(user, uid))) {
        return false;
      }
      // a client with a slash in its name would be allowed a part of another client's tree
      boolean anyName = !allow || action == Action.CONNECT;
      Map<String, String> variables = new HashMap<>();
      if (user != null && (anyName || user.indexOf('/') < 0)) {
        variables.put("user", user);
      }
      if (anyName || uid.indexOf('/') < 0) {
        variables.put("uid", uid);
      }
      return names.stream().anyMatch(pattern -> pattern.matches(name, variables));
    }
  }

  static final Acl ALL =
      new Acl(
          List.of(
              new Rule(
                  true,
                  List.of((user, uid) -> true),
                  EnumSet.allOf(Action.class),
                  List.of(NamePattern.of("**")))));

  static Acl read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  static Acl parse(List<String> lines) throws FileFormatException {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      List<String> words = words(lines.get(i), i + 1);
      if (!words.isEmpty()) {
        rules.add(rule(words, i + 1));
      }
    }
    return new Acl(List.copyOf(rules));
  }

  private static List<String> words(String line, int number) throws FileFormatException {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    int at = 0;
    while (at < line.length() && line.charAt(at) != '#') {
      if (Character.isWhitespace(line.charAt(at))) {
        at++;
      } else if (matcher.region(at, line.length()).lookingAt()) {
        words.add(matcher.group(1) == null ? matcher.group() : matcher.group(1));
        at = matcher.end();
      } else {
        throw new FileFormatException(number, "a quotation mark has no other");
      }
    }
    return words;
  }

  private static Rule rule(List<String> words, int line) throws FileFormatException {
    if (words.size() <= FIXED_WORDS) {
      throw new FileFormatException(line, "a rule is: allow|deny CLIENTS ACTIONS PATTERN...");
    }
    boolean allow =
        switch (words.get(0)) {
          case "allow" -> true;
          case "deny" -> false;
          default -> throw new FileFormatException(line, "a rule begins with allow or deny");
        };
    List<Clients> clients = new ArrayList<>();
    for (String word : words.get(1).split(",")) {
      clients.add(clients(word, line));
    }
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (String word : words.get(2).split(",")) {
      actions.addAll(actions(word, line));
    }
    List<NamePattern> names =
        words.subList(FIXED_WORDS, words.size()).stream().map(NamePattern::of).toList();
    return new Rule(allow, List.copyOf(clients), actions, names);
  }

  private static Clients clients(String word, int line) throws FileFormatException {
    if (word.equals("*")) {
      return (user, uid) -> true;
    } else if (word.equals("anonymous")) {
      return (user, uid) -> user == null;
    } else if (word.startsWith("user:")) {
      Glob name = Glob.of(word.substring("user:".length()));
      return (user, uid) -> user != null && name.matches(user);
    } else if (word.startsWith("uid:")) {
      Glob name = Glob.of(word.substring("uid:".length()));
      return (user, uid) -> name.matches(uid);
    }
    throw new FileFormatException(
        line,
        "\"" + word + "\" names no client: allowed are *, anonymous, user:PATTERN, uid:PATTERN");
  }

  private static Set<Action> actions(String word, int line) throws FileFormatException {
    if (word.equals("*")) {
      return EnumSet.complementOf(EnumSet.of(Action.CONNECT));
    }
    try {
      return EnumSet.of(Action.valueOf(word.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(
          line,
          "\""
              + word
              + "\" is not an action: allowed are *, connect, subscribe, create, publish, subtopic, send");
    }
  }

  /** Whether the client may do this with this name. */
  boolean allows(Client client, Action action, String name) {
    return allows(
        client.user().orElse(null), WireText.printable(client.uid()), action, name, false);
  }

  /** Whether the user, or null for none, may connect with this UID. */
  boolean allowsConnect(String user, String clientUid) {
    String uid = WireText.printable(clientUid);
    return allows(user, uid, Action.CONNECT, uid, true);
  }

  private boolean allows(String user, String uid, Action action, String name, boolean otherwise) {
    for (Rule rule : rules) {
      if (rule.decides(user, uid, action, name)) {
        return rule.allow();
      }
    }
    return otherwise;
  }
}
