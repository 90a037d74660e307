package org.smqcluster.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApplicationCodePageTest {

  /** {@link ApplicationCodeIT} deploys it. */
  @Test
  void thePageShowsTheExampleBeanAsItIsTested() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/org/smqcluster/api/TopicDirectory.java"));
    String shown = source.substring(source.indexOf("import ")).strip();
    String page = Files.readString(Path.of("src/docs/application-code.md"));
    assertTrue(
        page.contains("```java\n" + shown + "\n```"), "not in application-code.md:\n" + shown);
  }
}
