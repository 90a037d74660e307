package org.smqcluster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final String BEGIN =
      "<!-- configuration: compared with ConfigKey by ReadmeTest -->\n";
  private static final String END = "<!-- end of configuration -->";

  @Test
  void readmeDocumentsEveryKeyWithItsDefaultAndItsMeaning() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    String documented = readme.substring(begin, readme.indexOf(END)).strip();

    assertEquals(table(), documented, "put this table into README.md");
  }

  private static String table() {
    return "| key | default | allowed | meaning |\n|---|---|---|---|\n"
        + ConfigKey.all().stream()
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
