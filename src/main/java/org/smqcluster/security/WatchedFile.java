package org.smqcluster.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.ConfiguredFile;
import org.smqcluster.log.LimitedRecord;
import org.smqcluster.log.LogText;

/**
 * What is in files that an operator may change while the node runs. A change is taken as a whole
 * or, if the files are missing or wrong, not at all: then what was there before stays, and the log
 * says why. Readers never wait; {@link #poll} is for one thread.
 *
 * @param <T> what the files say; immutable
 */
final class WatchedFile<T> {

  private static final Logger LOG = Logger.getLogger(WatchedFile.class.getName());

  /** Longest reason that is logged, in characters. */
  private static final int MAX_REASON = 500;

  @FunctionalInterface
  interface Source<T> {
    T read() throws IOException, GeneralSecurityException;
  }

  private record Stamp(FileTime modified, long size, Object key) {

    /** What changes when the file does; null while there is none. */
    static Stamp of(Path file) {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      } catch (IOException e) {
        return null;
      }
    }
  }

  private final List<Path> files;
  private final Source<T> source;
  private List<Stamp> seen;
  private volatile T content;

  private WatchedFile(List<Path> files, Source<T> source, T content, List<Stamp> seen) {
    this.files = files;
    this.source = source;
    this.content = content;
    this.seen = seen;
  }

  /**
   * Reads files for the first time.
   *
   * @param key of the configuration that names them
   * @throws ConfigException if they are missing or wrong; the message names them and the key
   */
  static <T> WatchedFile<T> open(String key, List<Path> files, Source<T> source) {
    // looked at before they are read: a change in between is seen by the next poll
    List<Stamp> seen = stamps(files);
    try {
      return new WatchedFile<>(List.copyOf(files), source, read(files, source), seen);
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigException(key + ": cannot use " + files + ": " + reason(e), e);
    }
  }

  /** Watches files that were read elsewhere: they are read here when they change. */
  static <T> WatchedFile<T> changes(List<Path> files, Source<T> source) {
    return new WatchedFile<>(List.copyOf(files), source, null, stamps(files));
  }

  /** What the files say. Any thread. */
  T content() {
    return content;
  }

  /** Looks whether the files have changed, and reads them if so; true if that was taken over. */
  boolean poll() {
    List<Stamp> now = stamps(files);
    if (now.equals(seen)) {
      return false;
    }
    seen = now;
    try {
      content = read(files, source);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // an operator who tries again within the minute needs the answer again
      LOG.log(
          new LimitedRecord(
              LOG.getName(),
              Level.SEVERE,
              "{0} changed and cannot be used; the previous content stays in force: {1}",
              files,
              LogText.line(reason(e), MAX_REASON)));
      return false;
    }
    LOG.log(Level.INFO, "{0} changed and is in force", files);
    return true;
  }

  private static <T> T read(List<Path> files, Source<T> source)
      throws IOException, GeneralSecurityException {
    for (Path file : files) {
      ConfiguredFile.check(file);
    }
    return source.read();
  }

  private static List<Stamp> stamps(List<Path> files) {
    // some may be null: Stream.toList() takes that
    return files.stream().map(Stamp::of).toList();
  }

  private static String reason(Exception e) {
    return e instanceof FileFormatException ? e.getMessage() : e.toString();
  }
}
