package org.smqcluster.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes of whichever Java runs the tests. */
class ClassArchiveTest {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir private Path directory;

  private int run(String option) throws Exception {
    Process java =
        new ProcessBuilder(List.of(JAVA, option, "-version"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    assertTrue(java.waitFor(60, TimeUnit.SECONDS));
    return java.exitValue();
  }

  @Test
  void thisJavaMakesAndUsesItByTheOptionsOfItsVersion() throws Exception {
    Path archive = directory.resolve(NodeCommand.archiveName());
    assertEquals("smq-" + Runtime.version().feature() + ".jsa", archive.getFileName().toString());
    assertEquals(0, run(NodeCommand.makingArchiveOption(archive)));
    assertTrue(Files.exists(archive));
    assertEquals(0, run(NodeCommand.archiveOption(archive)));
    Files.writeString(archive, "made by something else");
    assertEquals(0, run(NodeCommand.archiveOption(archive)), "a node must start without it");
  }
}
