package org.smqcluster.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ends the process with status 1 and one sentence before Payara Micro boots, if the HTTP or HTTPS
 * port cannot be listened on. Payara itself would log stack traces, never look at the application,
 * and, started by its jar, end with status 0. Stands alone: {@link PayaraRuntime} puts this class
 * into a jar of its own, and {@code smq.war} is a Java agent with it.
 */
public final class HttpPortCheck {

  private static final int FAILED = 1;
  private static final String PAYARA = "fish.payara.micro.impl.PayaraMicroImpl";

  /** A boot command that changes a listener of Payara Micro. */
  private static final Pattern SETTING =
      Pattern.compile("set \\S+\\.network-listener\\.(https?)-listener\\.(\\w+)=(\\S+)");

  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

  private HttpPortCheck() {}

  /** Checks the ports, then runs Payara Micro with the same arguments. */
  public static void main(String[] args) throws Exception {
    endIfTaken(List.of(args));
    Class.forName(PAYARA).getMethod("main", String[].class).invoke(null, (Object) args);
  }

  /** Checks the ports where {@code -javaagent:smq.war} stands before {@code -jar}. */
  public static void premain(String unused) {
    endIfTaken(
        ProcessHandle.current()
            .info()
            .arguments()
            .map(List::of)
            .orElseGet(() -> List.of(System.getProperty("sun.java.command", "").split(" "))));
  }

  private static void endIfTaken(List<String> args) {
    refusal(args)
        .ifPresent(
            reason -> {
              System.err.println("The process ends with status " + FAILED + ": " + reason);
              Runtime.getRuntime().halt(FAILED);
            });
  }

  /** Why Payara Micro, started with these arguments, could not listen; empty if it can. */
  static Optional<String> refusal(List<String> args) {
    Map<String, String> settings = new HashMap<>();
    settings.put("http.port", "8080");
    settings.put("https.port", "8443");
    settings.put("https.enabled", Boolean.toString(value(args, "--sslport").isPresent()));
    value(args, "--prebootcommandfile").ifPresent(file -> settings.putAll(bootSettings(file)));
    value(args, "--port").ifPresent(port -> settings.put("http.port", port));
    value(args, "--sslport").ifPresent(port -> settings.put("https.port", port));
    return listen(settings, "http", "--port", has(args, "--autobindhttp"))
        .or(() -> listen(settings, "https", "--sslport", has(args, "--autobindssl")));
  }

  private static Optional<String> listen(
      Map<String, String> settings, String scheme, String option, boolean findsAnother) {
    String address = settings.getOrDefault(scheme + ".address", "0.0.0.0");
    String port = settings.get(scheme + ".port");
    boolean wanted = settings.getOrDefault(scheme + ".enabled", "true").equals("true");
    // what is not understood here is Payara's to refuse
    if (!wanted || findsAnother || address.contains("${") || !port.matches("\\d{1,5}")) {
      return Optional.empty();
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), Integer.parseInt(port)));
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      String where = address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
      return Optional.of(
          ("Cannot listen for %s on %s: %s; end the process that has the port (ss -ltnp), or change"
                  + " %s or smq.bind.address")
              .formatted(scheme.toUpperCase(Locale.ROOT), where, e.getMessage(), option));
    }
  }

  private static boolean has(List<String> args, String option) {
    return args.stream().anyMatch(option::equalsIgnoreCase);
  }

  private static Optional<String> value(List<String> args, String option) {
    // Payara does not care about capitals: --prebootCommandFile, --sslPort
    List<String> lower = args.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    int at = lower.lastIndexOf(option);
    return at < 0 || at + 1 == args.size() ? Optional.empty() : Optional.of(args.get(at + 1));
  }

  private static Map<String, String> bootSettings(String file) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .map(line -> SETTING.matcher(line.strip()))
          .filter(Matcher::matches)
          .collect(
              Collectors.toMap(
                  setting -> setting.group(1) + "." + setting.group(2),
                  setting -> resolved(setting.group(3)),
                  (before, after) -> after));
    } catch (IOException e) {
      return Map.of(); // Payara tells of it
    }
  }

  private static String resolved(String text) {
    return PROPERTY
        .matcher(text)
        .replaceAll(
            name -> Matcher.quoteReplacement(System.getProperty(name.group(1), name.group())));
  }
}
