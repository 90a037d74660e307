package org.smqcluster.testing;

import java.io.IOException;
import java.nio.file.Path;

/** A named pipe (FIFO): who opens it to read waits for a writer, and the other way round. */
public final class NamedPipe {

  private NamedPipe() {}

  /** Makes one at a path where nothing is; returns the path. */
  public static Path make(Path path) throws IOException, InterruptedException {
    Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
    if (mkfifo.waitFor() != 0) {
      throw new IOException("mkfifo " + path + " failed");
    }
    return path;
  }
}
