package org.smqcluster.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.smqcluster.bench.load.WatchedProcess;
import org.smqcluster.launcher.NodeCommand;
import org.smqcluster.testing.NodeProcess;

/**
 * From process start to ready, for a node and for Payara Micro with a WAR of one page, in turn.
 * Both have the same options but for the archive of classes, which Payara alone does not have.
 */
final class StartTable {

  private static final int ROUNDS = 2;
  private static final int SETTLE_SECONDS = 5;

  /** From process start to ready, and some seconds later what it has. */
  private record Start(double seconds, double cpu, double residentMiB) {

    private String cells() {
      return String.format(Locale.ROOT, "%.1f | %.1f | %.0f", seconds, cpu, residentMiB);
    }
  }

  /** What is started, and the quickest start. */
  private record Row(String name, UnaryOperator<NodeProcess.Builder> change, Best<Start> quickest) {

    private Row(String name, UnaryOperator<NodeProcess.Builder> change) {
      this(name, change, new Best<>(Comparator.comparingDouble(Start::seconds).reversed()));
    }

    private Start start() throws IOException, InterruptedException {
      NodeProcess.Builder builder = change.apply(NodeProcess.builder("start").fullSpeed());
      long begin = System.nanoTime();
      try (NodeProcess node = builder.start()) {
        node.awaitReady();
        double seconds = (System.nanoTime() - begin) / 1e9;
        WatchedProcess process = new WatchedProcess(node.pid());
        double cpu = process.cpuSeconds();
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        double resident = process.residentMiB();
        node.kill();
        return new Start(seconds, cpu, resident);
      }
    }

    private double ratio(Row other, ToDoubleFunction<Start> figure) {
      return quickest.figure(figure) / other.quickest.figure(figure);
    }
  }

  private final PrintStream out;

  StartTable(PrintStream out) {
    this.out = out;
  }

  void print() throws IOException, InterruptedException {
    Path page = onePage();
    Path none = Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");
    Row node = new Row("a node", builder -> builder);
    Row payara =
        new Row(
            "Payara Micro with one page",
            builder -> builder.war(page).jvmOption(NodeCommand.archiveOption(none)));
    for (int round = 0; round < ROUNDS; round++) {
      node.quickest.run(node::start);
      payara.quickest.run(payara::start);
    }
    out.printf(
        "%n| start, best of %d | to ready, s | CPU s | resident, idle, MiB |%n"
            + "|---|---:|---:|---:|%n",
        ROUNDS);
    row(node);
    row(payara);
    out.printf(
        Locale.ROOT,
        "| ratio | %.2f | %.2f | %.2f |%n",
        node.ratio(payara, Start::seconds),
        node.ratio(payara, Start::cpu),
        node.ratio(payara, Start::residentMiB));
  }

  private void row(Row row) {
    out.printf("| %s | %s |%n", row.name, row.quickest.cells(Start::cells));
  }

  private static Path onePage() throws IOException {
    Path war = Files.createDirectories(BenchOptions.DIRECTORY).resolve("page.war");
    try (OutputStream file = Files.newOutputStream(war);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("index.html"));
      zip.write("<!DOCTYPE html><title>page</title>".getBytes(StandardCharsets.UTF_8));
    }
    return war.toAbsolutePath();
  }
}
