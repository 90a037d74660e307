package org.smqcluster.broker;

import java.util.List;
import java.util.Map;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * What the things that a peer makes this node keep take of the heap, in bytes: measured on 64-bit
 * Java 17 and rounded up. The entry that all nodes have of a client is not part of its connection:
 * see {@code Cluster.keptBytes}.
 */
final class MemoryCost {

  /** A message that is held for a parked client, beside its bytes. */
  static final int HELD = 96;

  /** The session of a parked client, beside its subscriptions and messages. */
  static final long PARKED = 1_000;

  /** One subscription with its share of the topic's and of the interest that all nodes know. */
  static final int SUBSCRIPTION = 400;

  /** One observation, of a topic or of an ETID. */
  static final int OBSERVATION = 256;

  /** A request that the cluster has not settled yet, beside its name. */
  static final int REQUEST = 512;

  private static final int RAW = 3 * 1024;
  private static final int WEBSOCKET = 10 * 1024;
  private static final int RAW_TLS = 24 * 1024;

  /** The engine, and twice a record that has come in part. */
  private static final int WEBSOCKET_TLS = 42 * 1024;

  /** The name of a header, or one of its values, beside its characters. */
  private static final int HEADER = 64;

  /** A name's entries in the tables of this node, beside its characters. */
  private static final int NAME = 560;

  private MemoryCost() {}

  /** A connection, with the headers of its HTTP request and nothing that its client asks for. */
  static int connection(Connection connection, ConnectionInfo info) {
    boolean raw = info.transport() == Transport.RAW;
    int bytes = connection.extraBytes() + (raw ? RAW : WEBSOCKET);
    if (info.secure()) {
      bytes += raw ? RAW_TLS : WEBSOCKET_TLS;
    }
    for (Map.Entry<String, List<String>> header : info.headers().entrySet()) {
      bytes += HEADER + header.getKey().length();
      for (String value : header.getValue()) {
        bytes += HEADER + value.length();
      }
    }
    return bytes;
  }

  /**
   * A name of a topic or sub-topic. The cache has its bytes; unless it is ASCII, the tables have
   * its characters as well.
   */
  static int name(String name) {
    int bytes = WireText.encode(name).length;
    return NAME + bytes + (bytes == name.length() ? 0 : 2 * name.length());
  }

  /** Bytes kept of a message that arrives in fragments: the array that grows by doubling. */
  static int fragments(int payloadBytes) {
    return Math.min(2 * payloadBytes, ProtocolLimits.MAX_PAYLOAD);
  }
}
