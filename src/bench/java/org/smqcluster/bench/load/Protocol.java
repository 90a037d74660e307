package org.smqcluster.bench.load;

import java.io.IOException;
import java.util.Optional;

/** What a load generator's connections speak. */
public enum Protocol {
  RAW("raw"),
  RAW_TLS("raw, TLS"),
  WEB_SOCKET("WebSocket"),
  MQTT("MQTT"),
  MQTT_WEB_SOCKET("MQTT, WebSocket");

  private final String text;

  Protocol(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** What a broker for MQTT speaks in its place, of those that one does. */
  public Optional<Protocol> ofMqtt() {
    return switch (this) {
      case RAW -> Optional.of(MQTT);
      case WEB_SOCKET -> Optional.of(MQTT_WEB_SOCKET);
      default -> Optional.empty();
    };
  }

  /** Whether it is a broker for MQTT that is measured. */
  public boolean isMqtt() {
    return this == MQTT || this == MQTT_WEB_SOCKET;
  }

  /**
   * Connects to a broker on this machine; returns when it has accepted the client.
   *
   * @param uid 6 to 23 ASCII characters, unique
   */
  public LoadConnection connect(int port, String uid) throws IOException {
    return switch (this) {
      case RAW -> new RawConnection(Link.plain(port), uid);
      case RAW_TLS -> new RawConnection(TlsLink.connect(port), uid);
      case WEB_SOCKET -> new WebSocketConnection(Link.plain(port), uid);
      case MQTT -> new MqttConnection(Link.plain(port), uid);
      case MQTT_WEB_SOCKET -> new MqttConnection(WebSocketLink.connect(port, "/mqtt", "mqtt"), uid);
    };
  }
}
