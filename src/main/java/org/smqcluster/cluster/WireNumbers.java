package org.smqcluster.cluster;

import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Transport;

/**
 * The numbers by which enums travel between nodes and are kept in caches. They never change, in
 * whatever order the constants stand.
 */
final class WireNumbers {

  private WireNumbers() {}

  static int of(Transport transport) {
    return switch (transport) {
      case WEBSOCKET -> 0;
      case RAW -> 1;
    };
  }

  static Transport transport(int number) {
    return switch (number) {
      case 0 -> Transport.WEBSOCKET;
      case 1 -> Transport.RAW;
      default -> throw new UnknownFormatException("transport " + number);
    };
  }

  static int of(NameSpace space) {
    return switch (space) {
      case TOPIC -> 0;
      case SUBTOPIC -> 1;
    };
  }

  static NameSpace nameSpace(int number) {
    return switch (number) {
      case 0 -> NameSpace.TOPIC;
      case 1 -> NameSpace.SUBTOPIC;
      default -> throw new UnknownFormatException("name space " + number);
    };
  }

  static int of(NodeState state) {
    return switch (state) {
      case JOINING -> 0;
      case READY -> 1;
      case DRAINING -> 2;
    };
  }

  static NodeState nodeState(int number) {
    return switch (number) {
      case 0 -> NodeState.JOINING;
      case 1 -> NodeState.READY;
      case 2 -> NodeState.DRAINING;
      default -> throw new UnknownFormatException("node state " + number);
    };
  }
}
