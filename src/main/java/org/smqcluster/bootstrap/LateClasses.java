package org.smqcluster.bootstrap;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.smqcluster.payara.HttpListeners;

/**
 * Loads the classes that a node would load only when something ends or fails. A class loader opens
 * a file for each class of the WAR; once that fails for want of a file descriptor, the class is
 * missing forever, and with it the end of every client that needs it. All classes of this project
 * are loaded, and of the libraries those that {@code late-classes.txt} lists: what a node was seen
 * to load after its start, with clients on all transports, refused and reset connections, used-up
 * descriptors, deaths of other nodes and its own stop.
 */
final class LateClasses {

  static final String LIST = "late-classes.txt";

  private static final Logger LOG = System.getLogger(LateClasses.class.getName());
  private static final String CLASSES = "/WEB-INF/classes/";
  private static final String OWN = CLASSES + "org/smqcluster/";

  /** Cannot be loaded on another server than Payara, of which some log the attempt. */
  private static final String OF_PAYARA = ".grizzly.";

  private static final String SUFFIX = ".class";

  private LateClasses() {}

  static void load(ServletContext context) {
    long start = System.nanoTime();
    ClassLoader loader = context.getClassLoader();
    boolean all = HttpListeners.known();
    long loaded =
        own(context, OWN)
            .filter(path -> path.endsWith(SUFFIX))
            .map(LateClasses::className)
            .filter(name -> all || !name.contains(OF_PAYARA))
            .filter(name -> load(name, true, loader))
            .count();
    // without initialization: too early, Netty's classes would not find their native library,
    // then or later
    loaded += listed().filter(name -> load(name, false, loader)).count();
    LOG.log(
        Level.DEBUG,
        "Loaded {0} classes in {1} ms",
        loaded,
        (System.nanoTime() - start) / 1_000_000);
  }

  /** The files below this path. */
  private static Stream<String> own(ServletContext context, String path) {
    Set<String> below = context.getResourcePaths(path);
    return below == null
        ? Stream.empty()
        : below.stream().flatMap(each -> each.endsWith("/") ? own(context, each) : Stream.of(each));
  }

  private static String className(String path) {
    return path.substring(CLASSES.length(), path.length() - SUFFIX.length()).replace('/', '.');
  }

  static Stream<String> listed() {
    try (InputStream in = LateClasses.class.getResourceAsStream(LIST)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean load(String name, boolean initialize, ClassLoader loader) {
    try {
      Class.forName(name, initialize, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      // a class of something optional that is not here
      LOG.log(Level.DEBUG, "Cannot load {0}: {1}", name, e);
      return false;
    }
  }
}
