package org.smqcluster.app;

import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.smqcluster.broker.Broker;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.ConfigKey.WebSocketFrames;
import org.smqcluster.config.Settings;
import org.smqcluster.transport.device.DevicePort;
import org.smqcluster.transport.device.EventLoops;
import org.smqcluster.transport.websocket.OriginPolicy;
import org.smqcluster.transport.websocket.WebSocketTransport;

/** Where clients come in: WebSocket endpoints on the HTTP port, and the device port. */
final class Doors implements AutoCloseable {

  private final WebSocketTransport webSocket;
  private final EventLoops loops;
  private final DevicePort devicePort;

  private Doors(WebSocketTransport webSocket, EventLoops loops, DevicePort devicePort) {
    this.webSocket = webSocket;
    this.loops = loops;
    this.devicePort = devicePort;
  }

  /** Opens all doors that the configuration wants. */
  static Doors open(SmqNode node, Settings settings, OriginPolicy origins, ServletContext context) {
    Map<String, Broker> brokers = node.brokersByPath();
    WebSocketTransport webSocket =
        new WebSocketTransport(
            brokers, origins, settings.get(ConfigKey.WEBSOCKET_FRAMES) == WebSocketFrames.OWN);
    try {
      webSocket.register(context);
    } catch (DeploymentException e) {
      throw new IllegalStateException("Cannot open the WebSocket paths of smq.brokers", e);
    }
    if (!settings.get(ConfigKey.DEVICE_ENABLED)) {
      return new Doors(webSocket, null, null);
    }
    EventLoops loops = EventLoops.start(NodeConfig.deviceThreads(settings));
    try {
      return new Doors(
          webSocket, loops, DevicePort.open(NodeConfig.devicePort(settings), loops, brokers::get));
    } catch (IOException e) {
      loops.close();
      throw new UncheckedIOException(
          e.getMessage() + ": choose another smq.bind.address or smq.device.port", e);
    }
  }

  @Override
  public void close() {
    webSocket.close();
    if (devicePort != null) {
      devicePort.close();
      loops.close();
    }
  }

  @Override
  public String toString() {
    return devicePort == null ? "no device port" : "device port " + devicePort.address();
  }
}
