package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.fork.UnknownForkHandler;
import org.jgroups.protocols.FORK;
import org.jgroups.protocols.TCP;
import org.jgroups.util.SocketFactory;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;
import org.smqcluster.log.Causes;
import org.smqcluster.protocol.AddressText;

/**
 * Makes the JGroups channel of a node from one of the stacks in {@code server-config/jgroups}. The
 * stack's variables are filled in here, not from system properties, so that several nodes can live
 * in one process.
 */
final class ClusterStack {

  private static final Logger LOG = System.getLogger(ClusterStack.class.getName());

  /**
   * Discards messages for what this node has not opened yet, where JGroups warns at each start. The
   * others send from the moment that it is a member: digests, which they tell again, and what is
   * for clients, of which it has none yet.
   */
  private static final UnknownForkHandler NOT_OPEN_YET =
      new UnknownForkHandler() {
        @Override
        public Object handleUnknownForkStack(Message message, String stack) {
          return discard(message, stack);
        }

        @Override
        public Object handleUnknownForkChannel(Message message, String fork) {
          return discard(message, fork);
        }
      };

  private ClusterStack() {}

  private static Object discard(Message message, String fork) {
    LOG.log(Level.DEBUG, "{0} is not open, for a message of {1}", fork, message.src());
    return null;
  }

  /** A channel that is not connected yet. */
  static JChannel channel(ClusterConfig config) throws IOException {
    if (config.isExposed()) {
      LOG.log(
          Level.WARNING,
          "Any peer that reaches {0} (smq.cluster.port) and the port 100 above it can read all messages and end this node. Let a firewall admit nodes only, or set smq.cluster.tls.keystore on all nodes; see server-config/tls.",
          AddressText.withPort(config.bindAddress(), config.port()));
    }
    String xml =
        read(config)
            .replace("${smq.cluster.bind}", config.bindAddress())
            .replace("${smq.cluster.port}", Integer.toString(config.port()))
            .replace("${smq.cluster.members}", members(config, "$1[$2]"))
            .replace("${smq.cluster.dns}", members(config, "$1"));
    try {
      JChannel channel =
          new JChannel(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
      chooseSockets(channel, config);
      channel.getProtocolStack().addProtocol(new FORK().setUnknownForkHandler(NOT_OPEN_YET));
      return channel.name(config.nodeName());
    } catch (Exception e) {
      throw new IOException("JGroups stack " + config.stack() + ": " + e.getMessage(), e);
    }
  }

  /** Why a node cannot join, as one sentence where it cannot listen. */
  static IOException cannotJoin(ClusterConfig config, Exception e) {
    return Causes.of(e)
        .filter(BindException.class::isInstance)
        .findFirst()
        // without the cause, whose message names no address: it would be the node's last words
        .map(
            cause ->
                new IOException(
                    "Cannot listen for other nodes on "
                        + AddressText.withPort(config.bindAddress(), config.port())
                        + ": "
                        + cause.getMessage()
                        + ". Choose another smq.cluster.bind or smq.cluster.port."))
        .orElseGet(
            () -> new IOException("Cannot join cluster " + config.clusterName() + ": " + e, e));
  }

  private static String read(ClusterConfig config) throws IOException {
    String stack = config.stack();
    if (config.hasStackFile()) {
      return Files.readString(Path.of(stack));
    }
    try (InputStream in = ClusterStack.class.getResourceAsStream("/jgroups/" + stack + ".xml")) {
      if (in == null) {
        throw new IOException("No JGroups stack " + stack + ": use local, lan, wan, dns or a path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The members as JGroups writes them, from the host, $1, and the port, $2. */
  private static String members(ClusterConfig config, String form) {
    return config.lookedFor().stream()
        .map(member -> member.replaceFirst("^\\[?([^]]*)]?:([0-9]+)$", form))
        .collect(Collectors.joining(","));
  }

  private static void chooseSockets(JChannel channel, ClusterConfig config) {
    TCP tcp = channel.getProtocolStack().findProtocol(TCP.class);
    if (tcp == null && config.tls().isPresent()) {
      throw new IllegalArgumentException("TLS between nodes needs a stack with TCP");
    } else if (tcp != null) {
      config
          .tls()
          .ifPresentOrElse(
              stores -> tcp.tls(tls(stores)), () -> tcp.setSocketFactory(PeerSockets.plain()));
    }
  }

  /** Both sides of a connection show a certificate that the other trusts. */
  static TLS tls(ClusterConfig.Tls stores) {
    return new TLS() {
      @Override
      public SocketFactory createSocketFactory(SSLContext context) {
        return PeerSockets.tls(context);
      }
    }.enabled(true)
        .setKeystorePath(stores.keyStore())
        .setKeystorePassword(stores.keyStorePassword())
        .setTruststorePath(stores.trustStore())
        .setTruststorePassword(stores.trustStorePassword())
        .setClientAuth(TLSClientAuth.NEED);
  }
}
