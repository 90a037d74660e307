package org.smqcluster.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The classes that a node loads when it starts, parsed and linked beforehand: from Java 25 on an
 * AOT cache, which has profiles of their methods, too, before that an archive of class data
 * sharing. Payara Micro has 320 jars on its class path and looks through them for each of some
 * 15,000 classes: with the archive, a start takes about a fifth less processor time, with the cache
 * a third.
 *
 * <p>Java takes a class from it only if the class file it would load is the same, so an archive of
 * an older WAR does no harm. It is made by starting a node and stopping it again.
 *
 * @param files name the archive, and all that a node is started with
 */
record ClassArchive(NodeCommand.Files files) {

  private static final Duration STARTED_WITHIN = Duration.ofMinutes(5);
  private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(3);
  private static final long LOOK_MILLIS = 200;

  /**
   * Makes the archive unless one exists that is younger than Payara Micro. Without an archive nodes
   * start all the same, so what goes wrong is told and no more.
   */
  void makeUnlessThere(PrintStream out) throws IOException, InterruptedException {
    Path archive = files.classArchive();
    if (isUpToDate(archive, files.payaraOptions())) {
      return;
    }
    Path fresh = archive.resolveSibling(archive.getFileName() + ".new");
    Files.deleteIfExists(archive);
    Files.deleteIfExists(fresh);
    out.println(
        "Making an archive of the classes of a node, once, in about a minute: nodes start faster with it");
    Path directory = archive.resolveSibling("archive");
    Files.createDirectories(directory);
    LocalNode node = new LocalNode(command(fresh), directory);
    Files.deleteIfExists(node.log());
    node.writeScript();
    node.start();
    boolean ended = false;
    try {
      if (await(STARTED_WITHIN, () -> node.isReady() || !node.isAlive())) {
        node.requestStop();
        ended = await(WRITTEN_WITHIN, () -> !node.isAlive());
      }
    } finally {
      node.kill();
    }
    if (ended && Files.exists(fresh)) {
      Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
    } else {
      out.println("There is no archive of classes; " + node.log() + " may say why");
    }
  }

  /** The command of a node that finds no other node. */
  private NodeCommand command(Path archive) throws IOException {
    int clusterPort = freePort();
    return new NodeCommand(
        files,
        "archive",
        ClusterOptions.ADDRESS,
        freePort(),
        0,
        clusterPort,
        List.of(ClusterOptions.ADDRESS + ":" + clusterPort),
        List.of(NodeCommand.makingArchiveOption(archive)),
        Map.of("smq.cluster.name", "archive"),
        0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private static boolean await(Duration atMost, Condition condition)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /** Whether a file is there that was made from another since that one changed. */
  static boolean isUpToDate(Path made, Path source) throws IOException {
    return Files.exists(made)
        && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(source)) >= 0;
  }
}
