package org.smqcluster.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the tests of the browser client, {@code src/test/js/smq.test.mjs}, in the Node that
 * Playwright brings along: no Node need be installed. Each of them is shown as a test of its own.
 */
class BrowserClientTest {

  private static final Path TESTS = Path.of("src", "test", "js", "smq.test.mjs");
  private static final Path OUTPUT = Path.of("target", "smq-js-tests.tap");
  private static final Pattern RESULT = Pattern.compile("(not )?ok \\d+ - (.+)");
  private static final long AT_MOST_SECONDS = 120;

  @TestFactory
  Stream<DynamicTest> smqJs() throws IOException, InterruptedException {
    List<DynamicTest> results = new ArrayList<>();
    int status = run();
    String output = Files.readString(OUTPUT);
    for (String line : output.split("\n")) {
      Matcher result = RESULT.matcher(line);
      if (result.matches()) {
        boolean passed = result.group(1) == null;
        results.add(DynamicTest.dynamicTest(result.group(2), () -> assertTrue(passed, output)));
      }
    }
    assertFalse(results.isEmpty(), output);
    results.add(DynamicTest.dynamicTest("Node is content", () -> assertEquals(0, status, output)));
    return results.stream();
  }

  private static int run() throws IOException, InterruptedException {
    Path node = Driver.ensureDriverInstalled(Map.of(), false).driverDir().resolve("node");
    Files.createDirectories(OUTPUT.toAbsolutePath().getParent());
    Process process =
        new ProcessBuilder(node.toString(), "--test-reporter=tap", TESTS.toString())
            .redirectErrorStream(true)
            .redirectOutput(OUTPUT.toFile())
            .start();
    try {
      assertTrue(process.waitFor(AT_MOST_SECONDS, TimeUnit.SECONDS), "Node takes too long");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
