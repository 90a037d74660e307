package org.smqcluster.cluster;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
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
import java.util.ArrayList;
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
import org.smqcluster.protocol.AddressText;

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

  /** How long a service may take to answer what it does not understand. */
  private static final int ANSWER_MILLIS = 1000;

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
    if (channel.getView().size() > 1) {
      return;
    }
    List<InetSocketAddress> there = membersThatAnswer(config, channel);
    if (there.isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + MERGE_WAIT.toNanos();
    while (channel.getView().size() == 1) {
      if (System.nanoTime() > deadline) {
        requireNodes(config, there);
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Refuses the start where a member is another service: the others are looked for elsewhere. */
  private static void requireNodes(ClusterConfig config, List<InetSocketAddress> there)
      throws IOException {
    for (InetSocketAddress address : there) {
      String member = AddressText.withPort(AddressText.of(address.getAddress()), address.getPort());
      boolean isNode = config.tls().isPresent() || mayBeNode(address);
      if (!isNode && !config.members().isEmpty()) {
        throw new IOException(
            "smq.cluster.members, or smq.cluster.dns, has "
                + member
                + ", where no node listens for others but another service, or the failure"
                + " detection of a node (its smq.cluster.port + 100): name the smq.cluster.port of"
                + " each node, and let none be another's plus 100");
      }
      LOG.log(
          Level.WARNING,
          isNode
              ? "{0} answers, but not as a node of {1}: it is frozen, or has another"
                  + " smq.cluster.name; this node starts alone"
              : "{0} is not a node of {1} but another service: set smq.cluster.members",
          member,
          config.clusterName());
    }
  }

  /**
   * Whether no other service listens there. A node says nothing to a greeting that is not for it,
   * and a frozen one nothing at all; others answer or close the connection.
   */
  static boolean mayBeNode(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket
          .getOutputStream()
          .write(
              BoundedFdSock.greeting(
                  new IpAddress(socket.getLocalAddress(), socket.getLocalPort())));
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException | ConnectException e) {
      return true;
    } catch (SocketException e) {
      return false;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static List<InetSocketAddress> membersThatAnswer(ClusterConfig config, JChannel channel)
      throws IOException {
    IpAddress own =
        (IpAddress) channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, channel.getAddress()));
    List<InetSocketAddress> there = new ArrayList<>();
    for (String member : config.lookedFor()) {
      int colon = member.lastIndexOf(':');
      int port = Integer.parseInt(member.substring(colon + 1));
      for (InetAddress host : addresses(member.substring(0, colon))) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if ((own.getPort() != port || !own.getIpAddress().equals(host))
            && answers(config.tls(), member, address)) {
          there.add(address);
        }
      }
    }
    return there;
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
