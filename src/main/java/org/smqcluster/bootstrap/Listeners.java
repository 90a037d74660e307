package org.smqcluster.bootstrap;

import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.ConfigKey.WebSocketFrames;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.node.RunningNode;
import org.smqcluster.security.AccessControl;
import org.smqcluster.security.Origins;
import org.smqcluster.transport.raw.EventLoops;
import org.smqcluster.transport.raw.RawPort;
import org.smqcluster.transport.raw.RawPortTls;
import org.smqcluster.transport.websocket.WebSocketTransport;

/** Where clients come in: WebSocket endpoints on the HTTP port, and the device ports. */
final class Listeners implements AutoCloseable {

  private final WebSocketTransport webSocket;
  private final EventLoops loops;
  private final List<RawPort> devicePorts;

  private Listeners(WebSocketTransport webSocket, EventLoops loops, List<RawPort> devicePorts) {
    this.webSocket = webSocket;
    this.loops = loops;
    this.devicePorts = devicePorts;
  }

  /** Opens all doors that the configuration wants. */
  static Listeners open(
      RunningNode node, Settings settings, AccessControl access, ServletContext context) {
    Map<String, NodeBroker> brokers = node.brokersByPath();
    Origins origins =
        new Origins(
            settings.get(SecurityKeys.ORIGIN_ALLOWED),
            node::origins,
            settings.get(ConfigKey.BIND_ADDRESS));
    WebSocketTransport webSocket =
        new WebSocketTransport(
            brokers,
            origins::permits,
            settings.get(ConfigKey.WEBSOCKET_FRAMES) == WebSocketFrames.OWN);
    try {
      webSocket.register(context);
    } catch (DeploymentException e) {
      throw new IllegalStateException("Cannot open the WebSocket paths of smq.brokers", e);
    }
    boolean plain = settings.get(ConfigKey.DEVICE_ENABLED);
    boolean tls = settings.get(SecurityKeys.DEVICE_TLS_ENABLED);
    if (!plain && !tls) {
      return new Listeners(webSocket, null, List.of());
    }
    EventLoops loops = EventLoops.start(NodeConfig.deviceThreads(settings));
    List<RawPort> ports = new ArrayList<>(2);
    try {
      if (plain) {
        ports.add(
            RawPort.open(
                NodeConfig.devicePort(settings, ConfigKey.DEVICE_PORT), loops, brokers::get));
      }
      if (tls) {
        ports.add(
            RawPort.open(
                NodeConfig.devicePort(settings, SecurityKeys.DEVICE_TLS_PORT),
                loops,
                brokers::get,
                new RawPortTls(
                    access.deviceTls(), settings.get(SecurityKeys.DEVICE_TLS_CLIENT_AUTH))));
      }
    } catch (IOException e) {
      new Listeners(webSocket, loops, ports).close();
      throw new UncheckedIOException(
          e.getMessage()
              + ": choose another smq.bind.address, smq.device.port or smq.device.tls.port",
          e);
    }
    return new Listeners(webSocket, loops, List.copyOf(ports));
  }

  @Override
  public void close() {
    webSocket.close();
    devicePorts.forEach(RawPort::close);
    if (loops != null) {
      loops.close();
    }
  }

  @Override
  public String toString() {
    return devicePorts.isEmpty()
        ? "no device port"
        : devicePorts.stream()
            .map(port -> port.address().toString())
            .collect(Collectors.joining(", ", "device ports ", ""));
  }
}
