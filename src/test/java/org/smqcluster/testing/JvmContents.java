package org.smqcluster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What another JVM of this machine holds. */
public final class JvmContents {

  private static final Pattern OWN_THREAD =
      Pattern.compile("(?m)^\"((smq-|jgroups-|Rx|(non-)?blocking-thread|globalEvent)[^\"]*)\"");

  private JvmContents() {}

  /** What the JVM answers to a diagnostic command, for example {@code GC.run}. */
  public static String jcmd(long pid, String commandLine) {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process answering =
          new ProcessBuilder(program, Long.toString(pid), commandLine)
              .redirectErrorStream(true)
              .start();
      String text = new String(answering.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (answering.waitFor() != 0) {
        throw new AssertionError(commandLine + ": " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The objects of a class that are reachable. */
  public static int count(long pid, String className) {
    return Pattern.compile("(\\d+) +\\d+ +" + Pattern.quote(className) + "\\s")
        .matcher(jcmd(pid, "GC.class_histogram"))
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  /** The names of the threads that the application or a library of it has started. */
  public static List<String> ownThreads(long pid) {
    return OWN_THREAD
        .matcher(jcmd(pid, "Thread.print"))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
