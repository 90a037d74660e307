package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.smqcluster.bench.load.WatchedProcess;
import org.smqcluster.bench.load.Workload;

/** A JFR recording of the node under load, while it is measured, and its hottest methods. */
final class Profile {

  private static final int METHODS = 10;

  private final Workload workload;
  private final Path file;

  private Profile(Workload workload, Path file) {
    this.workload = workload;
    this.file = file;
  }

  /**
   * Where threads wait; the recorder cannot tell that from work. Some of it is the work of epoll.
   */
  private static final Set<String> WAITING =
      Set.of(
          "io.netty.channel.epoll.Native.epollWait",
          "io.netty.channel.epoll.Native.epollWait0",
          "sun.nio.ch.EPoll.wait",
          "sun.nio.ch.Net.accept",
          "sun.nio.ch.Net.poll",
          "sun.nio.fs.LinuxWatchService.poll");

  /** Records while the workload that was just started is measured; returns when it was. */
  static Profile of(Workload workload, long pid, BenchOptions options)
      throws IOException, InterruptedException {
    Path file =
        BenchOptions.DIRECTORY
            .resolve(workload.name().replaceAll("[^A-Za-z0-9]+", "-") + ".jfr")
            .toAbsolutePath();
    Files.deleteIfExists(file);
    WatchedProcess node = new WatchedProcess(pid);
    TimeUnit.SECONDS.sleep(options.warmUpSeconds());
    node.jcmd("JFR.start", "name=bench", "settings=profile");
    TimeUnit.SECONDS.sleep(options.runSeconds());
    node.jcmd("JFR.stop", "name=bench", "filename=" + file);
    return new Profile(workload, file);
  }

  /** Prints where the samples are: group of threads, method, part of all. */
  void print(PrintStream out) throws IOException {
    Map<String, Integer> samples = new HashMap<>();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        String type = event.getEventType().getName();
        boolean sample =
            type.equals("jdk.ExecutionSample") || type.equals("jdk.NativeMethodSample");
        if (sample && event.getStackTrace() != null && !WAITING.contains(method(event))) {
          samples.merge(place(event), 1, Integer::sum);
        }
      }
    }
    int all = samples.values().stream().mapToInt(Integer::intValue).sum();
    out.printf("%n%s: %d samples in %s%n", workload.name(), all, file);
    samples.entrySet().stream()
        .sorted(Entry.<String, Integer>comparingByValue().reversed())
        .limit(METHODS)
        .forEach(e -> out.printf("  %4.1f %%  %s%n", 100.0 * e.getValue() / all, e.getKey()));
  }

  /** Threads whose names differ in numbers are one group. */
  private static String place(RecordedEvent sample) {
    RecordedThread thread = sample.getThread("sampledThread");
    String name = thread == null ? "(ended)" : String.valueOf(thread.getJavaName());
    return name.replaceAll("[0-9]+", "N") + "  " + method(sample);
  }

  private static String method(RecordedEvent sample) {
    RecordedMethod method = sample.getStackTrace().getFrames().get(0).getMethod();
    return method.getType().getName() + "." + method.getName();
  }
}
