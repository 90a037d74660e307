package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that security.md names are there. */
class SecurityDocumentTest {

  /** {@code `ClassTest`}, {@code `ClassIT.method`}, or {@code `.method`} of the class before it. */
  private static final Pattern NAMED =
      Pattern.compile("`(?:([A-Z][A-Za-z0-9]*(?:Test|IT)))?(?:\\.([a-z][A-Za-z0-9]*))?`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (String line : Files.readAllLines(Path.of("src", "docs", "security.md"))) {
      String type = null;
      for (MatchResult named : NAMED.matcher(line).results().toList()) {
        type = named.group(1) == null ? type : named.group(1);
        if (type == null) {
          continue;
        }
        found++;
        String method = named.group(2);
        if (!sources.containsKey(type)
            || method != null && !sources.get(type).contains(" " + method + "(")) {
          missing.add(type + "." + method);
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(found > 50, "found " + found);
  }

  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      return files
          .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
          .collect(Collectors.toMap(SecurityDocumentTest::type, SecurityDocumentTest::text));
    }
  }

  private static String type(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
