package org.smqcluster.cluster;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.stack.IpAddress;

/**
 * Tells a node that is the first of its cluster from one that the others do not let in. JGroups
 * sees no difference: both are alone. So a node that is alone asks the members it was told of;
 * where one answers but the two do not come to terms over TLS, it must not serve clients.
 */
final class JoinCheck {

  private static final Logger LOG = System.getLogger(JoinCheck.class.getName());
  private static final Duration MERGE_WAIT = Duration.ofSeconds(6);
  private static final long POLL_MILLIS = 20;
  private static final int CONNECT_MILLIS = 500;
  private static final int HANDSHAKE_MILLIS = 3000;

  /** How long a member that has completed a handshake may take to refuse the certificate. */
  private static final int REFUSAL_MILLIS = 500;

  private JoinCheck() {}

  /**
   * Checks that no member keeps this node out. Where it is alone because it and others started at
   * once, waits for JGroups to bring them together.
   *
   * @throws IOException if a member keeps it out, with what it said
   */
  static void check(ClusterConfig config, JChannel channel)
      throws IOException, InterruptedException {
    if (channel.getView().size() > 1 || !isAnyoneThere(config, channel)) {
      return;
    }
    long deadline = System.nanoTime() + MERGE_WAIT.toNanos();
    while (channel.getView().size() == 1) {
      if (System.nanoTime() > deadline) {
        LOG.log(
            Level.WARNING,
            "A member of the cluster answers, but not as a node of {0}",
            config.clusterName());
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isAnyoneThere(ClusterConfig config, JChannel channel) throws IOException {
    IpAddress own =
        (IpAddress) channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, channel.getAddress()));
    boolean found = false;
    for (String member : config.members()) {
      int colon = member.lastIndexOf(':');
      int port = Integer.parseInt(member.substring(colon + 1));
      for (InetAddress address : addresses(member.substring(0, colon))) {
        if (own.getPort() != port || !own.getIpAddress().equals(address)) {
          found |= answers(config.tls(), member, new InetSocketAddress(address, port));
        }
      }
    }
    return found;
  }

  private static List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      LOG.log(Level.DEBUG, "{0} has no address", host);
      return List.of();
    }
  }

  private static boolean answers(
      Optional<ClusterConfig.Tls> tls, String member, InetSocketAddress address)
      throws IOException {
    try (Socket socket = new Socket()) {
      try {
        socket.connect(address, CONNECT_MILLIS);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "Cannot reach {0}: {1}", member, e.getMessage());
        return false;
      }
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      if (tls.isPresent()) {
        authenticate(ClusterStack.tls(tls.get()).createContext(), socket, member, address);
      } else if (speaksTls(socket, address)) {
        throw new IOException(
            member + " takes only nodes with TLS: smq.cluster.tls.* is not set here");
      }
      return true;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void authenticate(
      SSLContext context, Socket socket, String member, InetSocketAddress address)
      throws IOException {
    try (SSLSocket secure = wrap(context, socket, address)) {
      secure.startHandshake();
      awaitRefusal(secure, member);
    } catch (SSLException e) {
      // without the cause: the last words of a node are those of the first cause, and "Signature
      // does not match." alone does not say what to do
      throw new IOException(
          member + " and this node do not accept each other's certificate: " + e.getMessage());
    }
  }

  /** A refusal is an SSLException; a member that hears nothing more closes the connection. */
  private static void awaitRefusal(SSLSocket secure, String member) throws IOException {
    try {
      secure.setSoTimeout(REFUSAL_MILLIS);
      secure.getInputStream().read();
    } catch (SocketTimeoutException | SocketException e) {
      LOG.log(Level.DEBUG, "{0} has accepted this node''s certificate", member);
    }
  }

  /** Whether the other side answers a TLS handshake at all. */
  private static boolean speaksTls(Socket socket, InetSocketAddress address)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
    try (SSLSocket secure = wrap(context, socket, address)) {
      secure.startHandshake();
      return true;
    } catch (SSLException e) {
      return e.getMessage().contains("alert");
    } catch (IOException e) {
      return false;
    }
  }

  private static SSLSocket wrap(SSLContext context, Socket socket, InetSocketAddress address)
      throws IOException {
    return (SSLSocket)
        context
            .getSocketFactory()
            .createSocket(socket, address.getHostString(), address.getPort(), true);
  }

  /** Accepts any certificate, to see whether there is TLS at all; nothing is sent. */
  private static final class TrustAll implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
