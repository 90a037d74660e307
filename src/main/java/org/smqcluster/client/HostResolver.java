package org.smqcluster.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a broker's name, anew for each round of attempts. */
@FunctionalInterface
public interface HostResolver {

  /** All addresses of the name, the one to be tried first at the front. */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /**
   * The system's resolver. The Java runtime keeps its answers for as long as the security property
   * {@code networkaddress.cache.ttl} says, 30 s by default.
   */
  static HostResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
