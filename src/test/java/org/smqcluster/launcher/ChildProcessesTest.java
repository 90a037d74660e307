package org.smqcluster.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.testing.Await;

class ChildProcessesTest {

  @TempDir private Path directory;

  @Test
  void whatAProcessPrintsIsAppendedToItsLog() throws Exception {
    Path log = Files.writeString(directory.resolve("log"), "before\n");

    ChildProcesses.start(List.of("sh", "-c", "echo out; echo err >&2"), log).waitFor();

    assertTrue(Files.readString(log).equals("before\nout\nerr\n"), Files.readString(log));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aChildEndsWhenItsParentIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(":", "target/classes", "target/test-classes"),
                Parent.class.getName(),
                directory.resolve("log").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = parent.inputReader(StandardCharsets.UTF_8);
    ProcessHandle child = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
    assertTrue(child.isAlive());

    parent.destroyForcibly();

    Await.until("the child to end", Duration.ofSeconds(20), () -> !child.isAlive());
  }

  /** A program that starts another one, tells its process id and waits. */
  static final class Parent {
    public static void main(String[] args) throws IOException, InterruptedException {
      System.out.println(ChildProcesses.start(List.of("sleep", "300"), Path.of(args[0])).pid());
      new CountDownLatch(1).await();
    }
  }
}
