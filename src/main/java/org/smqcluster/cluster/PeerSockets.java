package org.smqcluster.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import javax.net.ssl.SSLContext;
import org.jgroups.util.DefaultSocketFactory;

/** The sockets of JGroups' TCP with TLS, for {@link ClusterStack#tls}. Thread-safe. */
final class PeerSockets extends DefaultSocketFactory {

  private final SSLContext context;

  PeerSockets(SSLContext context) {
    super(context);
    this.context = context;
  }

  @Override
  public ServerSocket createServerSocket(String service) throws IOException {
    return new HandshakeServerSocket(context.getSocketFactory());
  }
}
