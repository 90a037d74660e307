package org.smqcluster.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The Node that Playwright brings along: no Node need be installed. */
public final class NodeJs {

  private static final Pattern TAP_RESULT = Pattern.compile("(not )?ok \\d+ - (.+)");
  private static final long AT_MOST_SECONDS = 120;

  private NodeJs() {}

  /**
   * What a program left.
   *
   * @param printed standard output and errors
   */
  public record Ended(int status, String printed) {

    /** A test for each line of TAP (Test Anything Protocol) that says "ok" or "not ok". */
    public Stream<DynamicTest> tapResults() {
      return printed
          .lines()
          .map(TAP_RESULT::matcher)
          .filter(Matcher::matches)
          .map(
              result ->
                  DynamicTest.dynamicTest(
                      result.group(2), () -> assertTrue(result.group(1) == null, printed)));
    }
  }

  /** Node's own program. */
  public static Path program() {
    return Driver.ensureDriverInstalled(Map.of(), false).driverDir().resolve("node");
  }

  /** Runs a script, two minutes at most. */
  public static Ended run(Path directory, Path output, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    command.addAll(List.of(arguments));
    return runProgram(directory, output, command);
  }

  /**
   * Runs a program, two minutes at most.
   *
   * @param output file that keeps what it prints
   */
  public static Ended runProgram(Path directory, Path output, List<String> command)
      throws IOException, InterruptedException {
    Files.createDirectories(output.toAbsolutePath().getParent());
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(AT_MOST_SECONDS, TimeUnit.SECONDS),
          () -> "not done in " + AT_MOST_SECONDS + " s: " + command + ", see " + output);
      return new Ended(process.exitValue(), Files.readString(output));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
