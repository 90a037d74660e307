package org.smqcluster.config;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A file that the configuration names, looked at before it is read. */
public final class ConfiguredFile {

  /** Bytes that a file may have; a list of a million revoked certificates has fewer. */
  public static final long MAX_BYTES = 64L << 20;

  private ConfiguredFile() {}

  /**
   * Refuses what is not a regular file, or a link to one: reading a pipe waits for a writer, and
   * some devices have no end.
   *
   * @throws IOException if there is no such file, or it is larger than {@link #MAX_BYTES}; with its
   *     name
   */
  public static void check(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(file.toString(), null, "not a regular file");
    } else if (attributes.size() > MAX_BYTES) {
      throw new FileSystemException(file.toString(), null, "more than 64 MiB");
    }
  }
}
