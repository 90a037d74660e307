package org.smqcluster.launcher;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Payara Micro, unpacked once and shared by the nodes of a machine.
 *
 * <p>Started from its jar, each Payara Micro process unpacks some 130 MB, and leaves them behind
 * when it is killed. Here they are unpacked once, and a node gets a directory with its own
 * configuration. That takes what the launcher jar does into {@link
 * NodeCommand.Files#payaraOptions}: it would take the place of its jar for the node's directory,
 * and all nodes that use one {@link ClassArchive} must use the same jars. Safe for use by several
 * processes and threads at once.
 */
public final class PayaraRuntime {

  /** Has {@link HttpPortCheck}, which runs before Payara Micro, and nothing else. */
  private static final String CHECK = "http-port-check.jar";

  private static final long UNPACK_SECONDS = 120;

  private PayaraRuntime() {}

  /**
   * Prepares a directory for nodes, as the build of the container image does.
   *
   * @param args the directory, laid out as a checkout in which {@code mvn package} has run
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    unpack(NodeCommand.Files.ofProject(Path.of(args[0])), System.out);
  }

  /**
   * Unpacks Payara Micro beside its jar and makes the archive of the classes that a node loads,
   * unless that was done before. The first time takes half a minute or more.
   *
   * @param out is told when it takes that long
   * @throws IOException if it cannot be unpacked; the message has Payara's output
   */
  public static synchronized void unpack(NodeCommand.Files files, PrintStream out)
      throws IOException, InterruptedException {
    Path directory = files.payara();
    Files.createDirectories(directory.getParent());
    Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !isUnpacked(files, directory)) {
        runUnpacking(files.java(), files.payaraMicro(), directory);
      }
      new ClassArchive(files).makeUnlessThere(out);
    }
  }

  private static boolean isUnpacked(NodeCommand.Files files, Path directory) throws IOException {
    Path check = directory.resolve(CHECK);
    return ClassArchive.isUpToDate(files.payaraOptions(), files.payaraMicro())
        && Files.exists(check)
        && Arrays.equals(Files.readAllBytes(check), checkJar());
  }

  private static void runUnpacking(Path java, Path jar, Path directory)
      throws IOException, InterruptedException {
    Path fresh = directory.resolveSibling(directory.getFileName() + ".new");
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    deleteTree(fresh);
    Process process =
        new ProcessBuilder(
                List.of(
                    java.toString(),
                    "-jar",
                    jar.toString(),
                    "--nohazelcast",
                    "--rootdir",
                    fresh.toString(),
                    "--outputlauncher"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(UNPACK_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    if (!ended
        || process.exitValue() != 0
        || !Files.exists(fresh.resolve(NodeCommand.Files.LAUNCHER))) {
      throw new IOException(
          "Payara Micro could not be unpacked from " + jar + ":\n" + Files.readString(log));
    }
    Files.write(fresh.resolve(CHECK), checkJar());
    writeOptions(fresh, directory);
    deleteTree(directory);
    Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The jar of the check, the same bytes each time that it is made of the same class. */
  private static byte[] checkJar() throws IOException {
    String name = HttpPortCheck.class.getName().replace('.', '/') + ".class";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes);
        InputStream content = HttpPortCheck.class.getClassLoader().getResourceAsStream(name)) {
      ZipEntry entry = new ZipEntry(name);
      entry.setTime(0);
      jar.putNextEntry(entry);
      content.transferTo(jar);
    }
    return bytes.toByteArray();
  }

  private static void writeOptions(Path fresh, Path directory) throws IOException {
    Path launcher = directory.resolve(NodeCommand.Files.LAUNCHER);
    List<String> options = new ArrayList<>();
    try (JarFile jar = new JarFile(fresh.resolve(NodeCommand.Files.LAUNCHER).toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      for (String opened : manifest.getValue("Add-Opens").split(" ")) {
        options.add("--add-opens=" + opened + "=ALL-UNNAMED");
      }
      for (String exported : manifest.getValue("Add-Exports").split(" ")) {
        options.add("--add-exports=" + exported + "=ALL-UNNAMED");
      }
    }
    options.add(quote("-Dfish.payara.micro.BootJar=" + launcher.toUri()));
    options.add(quote("-Dfish.payara.micro.UnpackDir=" + directory));
    options.add("-cp");
    options.add(quote(launcher + File.pathSeparator + directory.resolve(CHECK)));
    options.add(HttpPortCheck.class.getName());
    Files.write(fresh.resolve(NodeCommand.Files.OPTIONS), options);
  }

  private static String quote(String argument) {
    return '"' + argument.replace("\\", "\\\\") + '"';
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
