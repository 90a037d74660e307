package org.smqcluster.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.smqcluster.testing.NodeJs;

/**
 * Runs the tests of the browser client and of the pages' modules, {@code src/test/js/*.test.mjs}.
 * Each of them is shown as a test of its own.
 */
@Tag("slow")
class BrowserCodeTest {

  private static final Path TESTS = Path.of("src", "test", "js");
  private static final Path OUTPUT = Path.of("target", "js-tests");

  @TestFactory
  List<DynamicContainer> javaScript() throws IOException {
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
      NodeJs.Ended ended = NodeJs.run(Path.of(""), output, "--test-reporter=tap", file.toString());
      DynamicNode whole =
          DynamicTest.dynamicTest(
              "Node is content with " + file,
              () -> assertEquals(0, ended.status(), ended.printed()));
      return Stream.concat(ended.tapResults(), Stream.of(whole));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
