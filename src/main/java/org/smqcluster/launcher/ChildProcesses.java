package org.smqcluster.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Starts processes that do not outlive this one, even where this one is killed with SIGKILL.
 *
 * <p>Linux can signal a process when the <em>thread</em> that started it ends. So all are started
 * by one thread that lives as long as this JVM, through util-linux' {@code setpriv}. Where that is
 * missing, the processes are started as they are, and only an orderly end reaches them.
 */
public final class ChildProcesses {

  private static final Optional<Path> SETPRIV = findOnPath("setpriv");
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "child-processes");
            thread.setDaemon(true);
            return thread;
          });

  private ChildProcesses() {}

  /**
   * Starts a process; what it prints is appended to {@code log}.
   *
   * @throws IOException if it cannot be started
   */
  public static Process start(List<String> command, Path log)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>();
    SETPRIV.ifPresent(
        setpriv -> whole.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", "--")));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return STARTER.submit(builder::start).get();
    } catch (ExecutionException e) {
      throw new IOException("Cannot start " + command.get(0), e.getCause());
    }
  }

  private static Optional<Path> findOnPath(String program) {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
