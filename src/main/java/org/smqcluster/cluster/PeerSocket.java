package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;

/** A connection that a peer has opened, whose first bytes may be read before JGroups reads them. */
final class PeerSocket extends Socket {

  /** Cookie, version, length of the address, and the length that the address itself begins with. */
  private static final int HEAD = 4 + 2 + 2 + 1;

  private static final int IPV6 = 16;
  private static final int IPV6_REST = IPV6 + Integer.BYTES + Short.BYTES;
  private static final int IPV4_REST = 4 + Short.BYTES;

  private InputStream in;

  /**
   * Waits for what JGroups reads of a new connection on the thread that accepts all of them: a
   * cookie and the peer's address. What it is, JGroups sees.
   */
  Socket greeted() throws IOException {
    InputStream socket = super.getInputStream();
    ByteArrayOutputStream greeting = new ByteArrayOutputStream();
    byte[] head = socket.readNBytes(HEAD);
    greeting.write(head);
    if (head.length == HEAD) {
      greeting.write(socket.readNBytes(head[HEAD - 1] == IPV6 ? IPV6_REST : IPV4_REST));
    }
    in = new SequenceInputStream(new ByteArrayInputStream(greeting.toByteArray()), socket);
    return this;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return in == null ? super.getInputStream() : in;
  }
}
