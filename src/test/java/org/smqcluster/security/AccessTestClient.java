package org.smqcluster.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Tap;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;

/** A client as hooks see it, without a broker. */
final class AccessTestClient implements Client {

  private final String uid;
  private final Authentication authentication;
  CloseReason closed;
  int rechecks;

  AccessTestClient(String user, String uid) {
    this(uid, Authentication.accepted(Optional.ofNullable(user), Optional.empty()));
  }

  AccessTestClient(String uid, Authentication authentication) {
    this.uid = uid;
    this.authentication = authentication;
  }

  static final int SEED = 0xCAFE0001;

  /** A client that wants to connect. */
  static ConnectRequest request(String address, String credentials) {
    return request(address, credentials, null, List.of());
  }

  static ConnectRequest request(
      String address, String credentials, Principal principal, List<X509Certificate> chain) {
    return new ConnectRequest(
        Packet.Connect.version1("uid-of-test", credentials.getBytes(), ""),
        SEED,
        new ConnectionInfo(
            Transport.RAW,
            address(address),
            40000,
            "/smq",
            Map.of(),
            Optional.ofNullable(principal),
            chain,
            false));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public Optional<ClientEntry> entry() {
    return Optional.of(
        new ClientEntry(uid, 1 << 30 | 77, "node1", 1, 0, "127.0.0.1", Transport.RAW, ""));
  }

  @Override
  public Optional<Authentication> authentication() {
    return Optional.of(authentication);
  }

  @Override
  public ConnectionInfo connectionInfo() {
    return request("127.0.0.1", "").connection();
  }

  @Override
  public long packetsIn() {
    return 0;
  }

  @Override
  public long bytesIn() {
    return 0;
  }

  @Override
  public long packetsOut() {
    return 0;
  }

  @Override
  public long bytesOut() {
    return 0;
  }

  @Override
  public void tap(Tap tap) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void untap() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long bytesWaiting() {
    return 0;
  }

  @Override
  public long dropped() {
    return 0;
  }

  @Override
  public int[] subscriptions() {
    return new int[0];
  }

  @Override
  public int[] observations() {
    return new int[0];
  }

  @Override
  public void recheckTopics() {
    rechecks++;
  }

  @Override
  public void disconnect(CloseReason reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void disconnect(CloseReason reason, String text) {
    closed = reason;
  }
}
