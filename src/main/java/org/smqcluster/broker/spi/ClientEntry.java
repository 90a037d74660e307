package org.smqcluster.broker.spi;

/**
 * A client as all nodes know it, connected or parked.
 *
 * @param uid the client's own name for itself, unique in the cluster
 * @param etid its address, unique in the cluster
 * @param node the name of the node it is connected to
 * @param connection tells one connection of a UID from the next; random, never 0
 * @param connectedAt milliseconds since 1970; the later of two connections of a UID wins
 * @param address its IP address as text
 * @param transport how it is connected
 * @param info what it said of itself in Connect
 * @param parked whether it has no connection: its node keeps its session for a while
 */
public record ClientEntry(
    String uid,
    int etid,
    String node,
    long connection,
    long connectedAt,
    String address,
    Transport transport,
    String info,
    boolean parked) {

  /** A connected client. */
  public ClientEntry(
      String uid,
      int etid,
      String node,
      long connection,
      long connectedAt,
      String address,
      Transport transport,
      String info) {
    this(uid, etid, node, connection, connectedAt, address, transport, info, false);
  }

  /** The client without its connection: later than it, earlier than the next. */
  public ClientEntry asParked() {
    return new ClientEntry(
        uid, etid, node, connection + 1, connectedAt + 1, address, transport, info, true);
  }

  /** The same client with the ETID of the connection that it takes over. */
  public ClientEntry withEtid(int inherited) {
    return with(inherited, connectedAt);
  }

  /** The same client with this ETID, connected at this time. */
  public ClientEntry with(int inherited, long time) {
    return new ClientEntry(uid, inherited, node, connection, time, address, transport, info);
  }
}
