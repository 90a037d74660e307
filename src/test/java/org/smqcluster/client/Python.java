package org.smqcluster.client;

import java.nio.file.Path;
import org.smqcluster.testing.DebianProgram;

/** Python of this machine, installed where it is missing and may be. */
final class Python {

  private Python() {}

  static Path program() {
    return DebianProgram.findOrInstall("python3", "python3")
        .orElseThrow(() -> new IllegalStateException("Type: sudo apt-get install -y python3"));
  }
}
