package org.smqcluster.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Payara Micro, unpacked once and shared by the nodes of a machine.
 *
 * <p>Started from its jar, each Payara Micro process unpacks some 130 MB, and leaves them behind
 * when it is killed. Here they are unpacked once; a node gets a directory of its own with its own
 * configuration, in which the library jars are hard links. Safe for use by several processes and
 * threads at once.
 */
public final class PayaraRuntime {

  /** The jar in a node's directory that starts it. */
  static final String LAUNCHER = "launch-micro.jar";

  private static final String LIBRARIES = "runtime";
  private static final long UNPACK_SECONDS = 120;

  private final Path directory;

  private PayaraRuntime(Path directory) {
    this.directory = directory;
  }

  /**
   * Unpacks {@code payaraMicroJar} into {@code directory} unless that was done before.
   *
   * @param java the {@code java} program
   * @throws IOException if it cannot be unpacked; the message has Payara's output
   */
  public static PayaraRuntime unpack(Path java, Path payaraMicroJar, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory.getParent());
    Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lockWithinAndBetweenProcesses(channel)) {
      if (lock.isValid() && !isUnpackedFrom(payaraMicroJar, directory)) {
        runUnpacking(java, payaraMicroJar, directory);
      }
    }
    return new PayaraRuntime(directory);
  }

  /**
   * Makes a directory for one node, fresh: what an earlier node left in it is removed.
   *
   * @return the jar to start the node with
   */
  public Path prepare(Path nodeDirectory) throws IOException {
    deleteTree(nodeDirectory);
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(nodeDirectory.resolve(directory.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            Path to = nodeDirectory.resolve(directory.relativize(from));
            if (from.startsWith(directory.resolve(LIBRARIES))) {
              linkOrCopy(from, to);
            } else {
              Files.copy(from, to);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return nodeDirectory.resolve(LAUNCHER);
  }

  /** Payara does not find its modules through symbolic links, hence hard ones. */
  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException noHardLinkHere) {
      Files.copy(from, to);
    }
  }

  private static FileLock lockWithinAndBetweenProcesses(FileChannel channel)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException otherThread) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private static boolean isUnpackedFrom(Path jar, Path directory) throws IOException {
    Path launcher = directory.resolve(LAUNCHER);
    return Files.exists(launcher)
        && Files.getLastModifiedTime(launcher).compareTo(Files.getLastModifiedTime(jar)) >= 0;
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
    if (!ended || process.exitValue() != 0 || !Files.exists(fresh.resolve(LAUNCHER))) {
      throw new IOException(
          "Payara Micro could not be unpacked from " + jar + ":\n" + Files.readString(log));
    }
    deleteTree(directory);
    Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failed)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
