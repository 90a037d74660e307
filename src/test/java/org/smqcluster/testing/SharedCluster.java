package org.smqcluster.testing;

import java.util.Map;

/** Two nodes without administrators, which trust a proxy. */
public final class SharedCluster extends SharedTestCluster {

  /** Where proxies in front of the nodes come from; all others are clients. */
  public static final String PROXY = "127.0.0.9";

  private static final Map<String, String> BEHIND_PROXY =
      Map.of("smq.proxy.trusted", PROXY, "smq.proxy.protocol", "true");

  @Override
  protected TestCluster start() {
    return TestCluster.start(2, BEHIND_PROXY);
  }
}
