package org.smqcluster.cluster;

import java.io.IOException;

/**
 * The version of everything that nodes say to each other and keep together: cache values, messages
 * on the bus, questions from node to node, and the marshalling of the libraries below. One number,
 * apart from the product's version.
 *
 * <p>Nodes whose versions differ by at most one work together, in any order and for as long as one
 * likes; others are kept out at the join ({@link #check}). That follows from three rules:
 *
 * <ol>
 *   <li>A node writes what the version before its own reads. A field that is new in a version
 *       stands behind all others as an {@linkplain Extension extension}, which older nodes skip.
 *   <li>A node refuses what has a layout that it does not know; it never guesses.
 *   <li>What needs a version waits until all members have it ({@link Members#format}).
 * </ol>
 *
 * <p>The bytes of each format are held by files that a test compares; a change of one of them, or
 * of Infinispan's or JGroups' minor version, is a new number here.
 */
public final class FormatVersion {

  /**
   * The version that this node writes and reads. 1: of nodes that do not tell a version. 2: nodes
   * tell it, skip extensions and refuse unknown layouts.
   */
  public static final int CURRENT = 2;

  /** The version of a node that tells none. */
  static final int UNTOLD = 1;

  private static final int TOLERANCE = 1;

  private FormatVersion() {}

  /**
   * Checks that this node may join a member.
   *
   * @param self this node
   * @throws IOException if their versions are too far apart, with both and what to do
   */
  static void check(NodeInfo self, NodeInfo member) throws IOException {
    if (Math.abs(member.format() - self.format()) > TOLERANCE) {
      throw new IOException(
          "node %s has version %s with format %d, this node has version %s with format %d: formats may differ by %d at most; upgrade or downgrade by way of a version in between"
              .formatted(
                  member.name(),
                  member.version(),
                  member.format(),
                  self.version(),
                  self.format(),
                  TOLERANCE));
    }
  }
}
