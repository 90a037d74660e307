package org.smqcluster.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the tests of the browser client and of the pages' modules, {@code src/test/js/*.test.mjs},
 * in the Node that Playwright brings along: no Node need be installed. Each of them is shown as a
 * test of its own.
 */
@Tag("slow")
class BrowserCodeTest {

  private static final Path TESTS = Path.of("src", "test", "js");
  private static final Path OUTPUT = Path.of("target", "js-tests");
  private static final Pattern RESULT = Pattern.compile("(not )?ok \\d+ - (.+)");
  private static final long AT_MOST_SECONDS = 120;

  @TestFactory
  List<DynamicContainer> javaScript() throws IOException {
    Files.createDirectories(OUTPUT);
    try (Stream<Path> files = Files.list(TESTS)) {
      return files
          .filter(file -> file.toString().endsWith(".test.mjs"))
          .sorted()
          .map(file -> DynamicContainer.dynamicContainer(file.toString(), run(file)))
          .toList();
    }
  }

  private static Stream<DynamicNode> run(Path file) {
    try {
      Path output = OUTPUT.resolve(file.getFileName() + ".tap");
      int status = runNode(file, output);
      String printed = Files.readString(output);
      DynamicNode whole =
          DynamicTest.dynamicTest(
              "Node is content with " + file, () -> assertEquals(0, status, printed));
      return Stream.concat(
          printed.lines().flatMap(line -> result(line, printed)), Stream.of(whole));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Stream<DynamicNode> result(String line, String printed) {
    Matcher result = RESULT.matcher(line);
    if (!result.matches()) {
      return Stream.empty();
    }
    boolean passed = result.group(1) == null;
    return Stream.of(DynamicTest.dynamicTest(result.group(2), () -> assertTrue(passed, printed)));
  }

  private static int runNode(Path file, Path output) throws IOException, InterruptedException {
    Path node = Driver.ensureDriverInstalled(Map.of(), false).driverDir().resolve("node");
    Process process =
        new ProcessBuilder(node.toString(), "--test-reporter=tap", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(AT_MOST_SECONDS, TimeUnit.SECONDS), "Node takes too long");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
