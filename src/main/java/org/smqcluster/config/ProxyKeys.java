package org.smqcluster.config;

import java.util.List;

/** The keys of a node behind proxies. */
public final class ProxyKeys {

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  /** The header in which proxies tell what they know of the browser. */
  public enum ForwardingHeader {
    /** X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host. */
    X_FORWARDED,
    /** Forwarded, RFC 7239. */
    FORWARDED
  }

  public static final ConfigKey<List<AddressRange>> TRUSTED =
      KEYS.add(
          "smq.proxy.trusted",
          Kind.list(
              new Kind<>(
                  "an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32",
                  AddressRange::parse)),
          "",
          "Proxies in front of this node: what they tell of a client's address, scheme and host"
              + " counts for limits, origins, cookies, links and the log; what others tell is"
              + " ignored. See server-config/proxy.");

  public static final ConfigKey<ForwardingHeader> HEADER =
      KEYS.add(
          "smq.proxy.header",
          Kind.choice(ForwardingHeader.class),
          "x-forwarded",
          "Header of HTTP requests that these proxies set: x-forwarded (X-Forwarded-For, -Proto and"
              + " -Host) or forwarded (RFC 7239). The other is ignored, because a proxy may pass on"
              + " one that its client has sent.");

  public static final ConfigKey<Boolean> PROTOCOL =
      KEYS.add(
          "smq.proxy.protocol",
          Kind.bool(),
          "false",
          "Whether connections of these proxies to the device ports begin with a header of the PROXY"
              + " protocol, version 1 or 2; one without is closed.");

  private ProxyKeys() {}
}
