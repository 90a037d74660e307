package org.smqcluster.security;

import java.io.IOException;

/** A file that an operator wrote is not as it must be; the message says where and what. */
final class FileFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  FileFormatException(String message) {
    super(message);
  }

  FileFormatException(int line, String message) {
    super("line " + line + ": " + message);
  }
}
