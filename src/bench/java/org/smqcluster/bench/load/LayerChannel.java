package org.smqcluster.bench.load;

import java.nio.channels.ByteChannel;

/** Bytes upon a socket that are others on the wire. */
interface LayerChannel extends ByteChannel {

  /** Whether some of what was taken to be written waits to be sent. */
  boolean hasMore();
}
