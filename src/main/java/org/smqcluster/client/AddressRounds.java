package org.smqcluster.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.smqcluster.client.BrokerUri.Target;

/** The order in which addresses are tried. A round holds every address of every URL once. */
record AddressRounds(List<BrokerUri> uris, HostResolver resolver, boolean shuffle) {

  /**
   * Resolves all names anew.
   *
   * @param last the address that has just failed, tried last now; null for none
   * @return at least one address
   * @throws UnknownHostException if no name has an address
   */
  List<Target> round(Target last) throws UnknownHostException {
    List<Target> targets = new ArrayList<>();
    UnknownHostException unknown = null;
    for (BrokerUri uri : uris) {
      try {
        for (InetAddress address : resolver.resolve(uri.host())) {
          targets.add(new Target(uri, address));
        }
      } catch (UnknownHostException e) {
        unknown = e;
      }
    }
    if (targets.isEmpty()) {
      throw unknown != null ? unknown : new UnknownHostException("no address in " + uris);
    }
    if (shuffle) {
      Collections.shuffle(targets);
    }
    if (targets.remove(last)) {
      targets.add(last);
    }
    return targets;
  }
}
