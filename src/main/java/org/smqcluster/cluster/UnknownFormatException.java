package org.smqcluster.cluster;

/** Bytes of another node have a layout that this node does not know, or are damaged. */
final class UnknownFormatException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownFormatException(String what) {
    super(what);
  }

  UnknownFormatException(String what, Exception cause) {
    super(what, cause);
  }
}
