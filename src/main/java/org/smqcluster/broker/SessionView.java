package org.smqcluster.broker;

import java.util.Optional;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Tap;
import org.smqcluster.protocol.Ids;

/** What a session shows of its client to hooks and administration. Any thread. */
abstract class SessionView implements Client {

  private final ConnectionInfo connectionInfo;
  private volatile ClientEntry entry;
  private volatile Authentication authentication;

  SessionView(ConnectionInfo connectionInfo) {
    this.connectionInfo = connectionInfo;
  }

  /** The client is connected. */
  final void admitted(ClientEntry registered, Authentication why) {
    entry = registered;
    authentication = why;
  }

  abstract ClientOutput output();

  abstract ClientActivity activity();

  /** What the client subscribes to and observes. */
  abstract ClientTopics topics();

  @Override
  public Optional<ClientEntry> entry() {
    return Optional.ofNullable(entry);
  }

  @Override
  public int etid() {
    ClientEntry known = entry;
    return known == null ? Ids.NONE : known.etid();
  }

  @Override
  public String uid() {
    ClientEntry known = entry;
    return known == null ? "" : known.uid();
  }

  @Override
  public Optional<Authentication> authentication() {
    return Optional.ofNullable(authentication);
  }

  @Override
  public ConnectionInfo connectionInfo() {
    return connectionInfo;
  }

  @Override
  public long packetsIn() {
    return activity().packets();
  }

  @Override
  public long bytesIn() {
    return activity().bytes();
  }

  @Override
  public void tap(Tap tap) {
    output().tap(tap);
  }

  @Override
  public void untap() {
    output().tap(null);
  }

  @Override
  public long packetsOut() {
    return outbox().accepted();
  }

  @Override
  public long bytesOut() {
    return outbox().acceptedBytes();
  }

  @Override
  public long bytesWaiting() {
    return outbox().bytes();
  }

  @Override
  public long dropped() {
    return outbox().dropped();
  }

  /** The packets that wait for the client. */
  public Outbox outbox() {
    return output().outbox();
  }

  @Override
  public int[] subscriptions() {
    return topics().subscriptions();
  }

  @Override
  public int[] observations() {
    return topics().observations();
  }
}
