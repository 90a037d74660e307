package org.smqcluster.app;

import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.smqcluster.broker.Broker;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.ConfigKey.WebSocketFrames;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.security.AccessControl;
import org.smqcluster.security.Origins;
import org.smqcluster.transport.device.DevicePort;
import org.smqcluster.transport.device.DeviceTls;
import org.smqcluster.transport.device.EventLoops;
import org.smqcluster.transport.websocket.WebSocketTransport;

/** Where clients come in: WebSocket endpoints on the HTTP port, and the device ports. */
final class Doors implements AutoCloseable {

  private final WebSocketTransport webSocket;
  private final EventLoops loops;
  private final List<DevicePort> devicePorts;

  private Doors(WebSocketTransport webSocket, EventLoops loops, List<DevicePort> devicePorts) {
    this.webSocket = webSocket;
    this.loops = loops;
    this.devicePorts = devicePorts;
  }

  /** Opens all doors that the configuration wants. */
  static Doors open(SmqNode node, Settings settings, AccessControl access, ServletContext context) {
    Map<String, Broker> brokers = node.brokersByPath();
    NodePages pages = new NodePages(node.cluster().self().httpUrl());
    node.cluster().watch(pages);
    Origins origins =
        new Origins(
            settings.get(SecurityKeys.ORIGIN_ALLOWED),
            pages::addresses,
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
      return new Doors(webSocket, null, List.of());
    }
    EventLoops loops = EventLoops.start(NodeConfig.deviceThreads(settings));
    List<DevicePort> ports = new ArrayList<>(2);
    try {
      if (plain) {
        ports.add(
            DevicePort.open(
                NodeConfig.devicePort(settings, ConfigKey.DEVICE_PORT), loops, brokers::get));
      }
      if (tls) {
        ports.add(
            DevicePort.open(
                NodeConfig.devicePort(settings, SecurityKeys.DEVICE_TLS_PORT),
                loops,
                brokers::get,
                new DeviceTls(
                    access.deviceTls(), settings.get(SecurityKeys.DEVICE_TLS_CLIENT_AUTH))));
      }
    } catch (IOException e) {
      new Doors(webSocket, loops, ports).close();
      throw new UncheckedIOException(
          e.getMessage()
              + ": choose another smq.bind.address, smq.device.port or smq.device.tls.port",
          e);
    }
    return new Doors(webSocket, loops, List.copyOf(ports));
  }

  @Override
  public void close() {
    webSocket.close();
    devicePorts.forEach(DevicePort::close);
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
