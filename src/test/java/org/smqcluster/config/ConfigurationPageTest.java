package org.smqcluster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of configuration.md is what the keys say of themselves. */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("src", "docs", "configuration.md");
  private static final String BEGIN =
      "<!-- configuration: compared with ConfigKey by ConfigurationPageTest -->\n";
  private static final String END = "<!-- end of configuration -->";

  @Test
  void thePageDocumentsEveryKeyWithItsDefaultAndItsMeaning() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String documented = page.substring(begin, page.indexOf(END)).strip();

    assertEquals(table(), documented, "put this table into " + PAGE);
  }

  private static String table() {
    return "| key | default | allowed | meaning |\n|---|---|---|---|\n"
        + Settings.keys().stream()
            .map(
                key ->
                    "| `%s` | %s | %s | %s |"
                        .formatted(
                            key.name(),
                            key.defaultText().isEmpty() ? "" : "`" + cell(key.defaultText()) + "`",
                            cell(key.allowed()),
                            cell(key.meaning())))
            .collect(Collectors.joining("\n"));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
