package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the machine (proc(5)) and, of a JVM, {@code jcmd} say of a process.
 *
 * @param pid of a process of this machine
 */
public record WatchedProcess(long pid) {

  private static final double TICKS_PER_SECOND = 100;
  private static final Pattern GENERATION = Pattern.compile("used ([0-9]+)K");
  private static final Pattern MAX_FILES = Pattern.compile("Max open files +([0-9]+)");

  /** Processor time so far, in user and system mode. */
  public double cpuSeconds() throws IOException {
    String stat = Files.readString(file("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Of all of them together. */
  public static double cpuSeconds(List<WatchedProcess> processes) throws IOException {
    double sum = 0;
    for (WatchedProcess process : processes) {
      sum += process.cpuSeconds();
    }
    return sum;
  }

  /** Resident memory now. */
  public double residentMiB() throws IOException {
    return statusKiB("VmRSS") / 1024;
  }

  /** The most that was resident so far. */
  public double peakResidentMiB() throws IOException {
    return statusKiB("VmHWM") / 1024;
  }

  private double statusKiB(String name) throws IOException {
    return number(Files.readString(file("status")), Pattern.compile(name + ":\\s+([0-9]+) kB"));
  }

  /** How many more files and sockets it may open. */
  public int filesLeft() throws IOException {
    try (Stream<Path> open = Files.list(file("fd"))) {
      return (int) (number(Files.readString(file("limits")), MAX_FILES) - open.count());
    }
  }

  private static double number(String text, Pattern pattern) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return Double.parseDouble(found.group(1));
  }

  private Path file(String name) {
    return Path.of("/proc", String.valueOf(pid), name);
  }

  /** A JVM's heap after a collection. */
  public double heapKiB() throws IOException, InterruptedException {
    jcmd("GC.run");
    // of all generations; collectors with one heap write one line, others one each
    return GENERATION
        .matcher(jcmd("GC.heap_info").split("Metaspace", 2)[0])
        .results()
        .mapToLong(used -> Long.parseLong(used.group(1)))
        .sum();
  }

  /** What a JVM answers to a diagnostic command. */
  public String jcmd(String... command) throws IOException, InterruptedException {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(program, String.valueOf(pid)), Stream.of(command)).toList())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return output;
  }
}
