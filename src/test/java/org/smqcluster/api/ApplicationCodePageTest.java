package org.smqcluster.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationCodePageTest {

  /** {@link ApplicationCodeIT} deploys them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Greeter",
        "RoomBoard",
        "TicketAuthenticator",
        "OwnRoomOnly",
        "RefusalCounter",
        "TopicDirectory"
      })
  void thePageShowsTheExampleBeansAsTheyAreTested(String bean) throws IOException {
    String source = Files.readString(Path.of("src/test/java/com/example/rooms/" + bean + ".java"));
    String shown = source.substring(source.indexOf("import ")).strip();
    String page = Files.readString(Path.of("src/docs/application-code.md"));
    assertTrue(
        page.contains("```java\n" + shown + "\n```"), "not in application-code.md:\n" + shown);
  }
}
