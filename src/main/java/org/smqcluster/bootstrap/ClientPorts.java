package org.smqcluster.bootstrap;

import io.netty.handler.ssl.SslContext;
import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.ConfigKey.WebSocketFrames;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.node.Descriptors;
import org.smqcluster.node.SmqNode;
import org.smqcluster.payara.HttpListeners;
import org.smqcluster.protocol.AddressText;
import org.smqcluster.security.AccessControl;
import org.smqcluster.security.Origins;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.transport.raw.EventLoops;
import org.smqcluster.transport.raw.HandshakeRate;
import org.smqcluster.transport.raw.RawPort;
import org.smqcluster.transport.raw.RawPortTls;
import org.smqcluster.transport.websocket.FastPath;
import org.smqcluster.transport.websocket.WebSocketTransport;
import org.smqcluster.transport.websocket.grizzly.AcceptLimit;
import org.smqcluster.transport.websocket.grizzly.GrizzlyFastPath;
import org.smqcluster.transport.websocket.grizzly.WriteQueueLimit;

/**
 * Where clients connect: WebSocket endpoints on the HTTP port, and the device ports.
 *
 * @param httpLimit ends the limit of HTTP connections
 * @param loops null without a device port
 */
record ClientPorts(
    WebSocketTransport webSocket, Runnable httpLimit, EventLoops loops, List<RawPort> devicePorts)
    implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ClientPorts.class.getName());

  /** Opens the WebSocket endpoints and the device ports that the configuration names. */
  static ClientPorts open(
      SmqNode node,
      Settings settings,
      AccessControl access,
      TrustedProxies proxies,
      Descriptors descriptors,
      ServletContext context) {
    Map<String, SessionAcceptor> brokers = node.brokersByPath();
    Origins origins =
        new Origins(
            settings.get(SecurityKeys.ORIGIN_ALLOWED),
            node::origins,
            settings.get(ConfigKey.BIND_ADDRESS));
    WebSocketTransport webSocket =
        new WebSocketTransport(
            brokers,
            origins,
            proxies,
            fastPath(settings, proxies, origins, brokers.keySet(), context.getContextPath()));
    try {
      webSocket.register(context);
    } catch (DeploymentException e) {
      throw new IllegalStateException("Cannot open the WebSocket paths of smq.brokers", e);
    }
    // a class that another server cannot load
    Runnable httpLimit = HttpListeners.known() ? limitHttp(descriptors) : () -> {};
    Map<ConfigKey<Integer>, Supplier<SslContext>> wanted = new LinkedHashMap<>();
    if (settings.get(ConfigKey.DEVICE_ENABLED)) {
      wanted.put(ConfigKey.DEVICE_PORT, null);
    }
    if (settings.get(SecurityKeys.DEVICE_TLS_ENABLED)) {
      wanted.put(
          SecurityKeys.DEVICE_TLS_PORT,
          new RawPortTls(access.deviceTls(), settings.get(SecurityKeys.DEVICE_TLS_CLIENT_AUTH)));
    }
    if (wanted.isEmpty()) {
      return new ClientPorts(webSocket, httpLimit, null, List.of());
    }
    EventLoops loops = EventLoops.start(NodeConfig.deviceThreads(settings));
    List<RawPort> ports = new ArrayList<>();
    URI httpUrl = node.cluster().self().httpUrl();
    HandshakeRate handshakes = new HandshakeRate(NodeConfig.rates(settings), proxies);
    try {
      for (var port : wanted.entrySet()) {
        ports.add(
            RawPort.open(
                NodeConfig.devicePort(settings, port.getKey(), httpUrl),
                loops,
                brokers::get,
                port.getValue(),
                proxies,
                peer ->
                    (port.getValue() == null || handshakes.test(peer))
                        && descriptors.admitDevice()));
      }
    } catch (IOException e) {
      new ClientPorts(webSocket, httpLimit, loops, ports).close();
      throw new IllegalStateException(
          e.getMessage()
              + ". Choose another smq.bind.address, smq.device.port or smq.device.tls.port.");
    } finally {
      EventLoops.forgetThread();
    }
    return new ClientPorts(webSocket, httpLimit, loops, List.copyOf(ports));
  }

  /** Returns what ends the limits. */
  private static Runnable limitHttp(Descriptors descriptors) {
    AcceptLimit accepts = AcceptLimit.install(descriptors::admitHttp);
    WriteQueueLimit writes = WriteQueueLimit.install();
    return () -> {
      accepts.close();
      writes.close();
    };
  }

  private static Optional<FastPath> fastPath(
      Settings settings,
      TrustedProxies proxies,
      Origins origins,
      Set<String> paths,
      String contextPath) {
    if (!HttpListeners.known()) {
      LOG.log(
          Level.WARNING,
          "This server is not Payara: messages use the standard WebSocket API, and nothing bounds"
              + " the HTTP connections. Bound them by the server or by a proxy.");
      return Optional.empty();
    }
    Map<String, String> byUri =
        paths.stream().collect(Collectors.toMap(path -> contextPath + path, path -> path));
    return settings.get(ConfigKey.WEBSOCKET_FRAMES) == WebSocketFrames.OWN
        ? Optional.of(
            new GrizzlyFastPath(
                settings.get(ConfigKey.LIMIT_HTTP_CONNECTIONS_PER_ADDRESS),
                proxies,
                origins,
                byUri))
        : Optional.empty();
  }

  @Override
  public void close() {
    String what = "the end of the ports";
    InternalErrors.contain(what, webSocket::close, httpLimit::run);
    InternalErrors.forEach(what, devicePorts, RawPort::close);
    if (loops != null) {
      InternalErrors.contain(what, loops::close, EventLoops::forgetThread);
    }
  }

  @Override
  public String toString() {
    return devicePorts.isEmpty()
        ? "no device port"
        : devicePorts.stream()
            .map(port -> AddressText.of(port.address()))
            .collect(Collectors.joining(", ", "device ports ", ""));
  }
}
