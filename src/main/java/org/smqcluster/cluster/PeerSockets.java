package org.smqcluster.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.SocketFactory;

/** The sockets of JGroups' TCP, whose server socket keeps no peer waiting for another. */
final class PeerSockets {

  /** What JGroups calls the port of TCP; peers of other ports may send nothing. */
  private static final String TCP_SERVER = "jgroups.tcp.server";

  private PeerSockets() {}

  /** Without TLS. */
  static SocketFactory plain() {
    return new DefaultSocketFactory() {
      @Override
      public ServerSocket createServerSocket(String service) throws IOException {
        return service.equals(TCP_SERVER)
            ? new HandshakeServerSocket(PeerSocket::greeted)
            : super.createServerSocket(service);
      }
    };
  }

  /** With TLS, for {@link ClusterStack#tls}. */
  static SocketFactory tls(SSLContext context) {
    SSLSocketFactory sockets = context.getSocketFactory();
    return new DefaultSocketFactory(context) {
      @Override
      public ServerSocket createServerSocket(String service) throws IOException {
        return new HandshakeServerSocket(peer -> shakeHands(sockets, peer));
      }
    };
  }

  /** The peer must show a certificate that this node trusts. */
  private static SSLSocket shakeHands(SSLSocketFactory sockets, PeerSocket peer)
      throws IOException {
    SSLSocket secured = (SSLSocket) sockets.createSocket(peer, null, true);
    secured.setUseClientMode(false);
    secured.setNeedClientAuth(true);
    secured.startHandshake();
    return secured;
  }
}
