package org.smqcluster.cluster;

import java.util.List;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Transport;

/**
 * The numbers by which the constants of an enum travel between nodes and are kept in caches. They
 * never change, in whatever order the constants stand.
 *
 * @param byNumber the constants, the first with number 0
 */
record WireNumbers<E extends Enum<E>>(List<E> byNumber) {

  static final WireNumbers<Transport> TRANSPORT =
      new WireNumbers<>(List.of(Transport.WEBSOCKET, Transport.RAW));
  static final WireNumbers<NameSpace> NAME_SPACE =
      new WireNumbers<>(List.of(NameSpace.TOPIC, NameSpace.SUBTOPIC));
  static final WireNumbers<NodeState> NODE_STATE =
      new WireNumbers<>(List.of(NodeState.JOINING, NodeState.READY, NodeState.DRAINING));

  int of(E constant) {
    return byNumber.indexOf(constant);
  }

  E constant(int number) {
    if (number < 0 || number >= byNumber.size()) {
      throw new UnknownFormatException(
          byNumber.get(0).getDeclaringClass().getSimpleName() + " " + number);
    }
    return byNumber.get(number);
  }
}
