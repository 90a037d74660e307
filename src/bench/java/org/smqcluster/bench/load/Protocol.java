package org.smqcluster.bench.load;

import java.io.IOException;

/** What a load generator's connections speak. */
public enum Protocol {
  RAW("raw"),
  WEB_SOCKET("WebSocket"),
  RAW_TLS("raw, TLS"),
  WEB_SOCKET_TLS("WebSocket, TLS"),
  MQTT("MQTT"),
  MQTT_WEB_SOCKET("MQTT, WebSocket"),
  NATS("NATS"),
  NATS_WEB_SOCKET("NATS, WebSocket"),
  REDIS("Redis");

  private final String text;

  Protocol(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** Whether it is a node of this project that is measured. */
  public boolean isSmq() {
    return ordinal() < MQTT.ordinal();
  }

  /** Whether what it says is encrypted. */
  public boolean isSecure() {
    return this == RAW_TLS || this == WEB_SOCKET_TLS;
  }

  /**
   * Connects to a broker on this machine; returns when it has accepted the client.
   *
   * @param uid 6 to 23 ASCII characters, unique
   */
  public LoadConnection connect(int port, String uid) throws IOException {
    return switch (this) {
      case RAW -> new SmqRawConnection(Link.plain(port), uid);
      case RAW_TLS -> new SmqRawConnection(TlsLink.connect(port), uid);
      case WEB_SOCKET -> new SmqWebSocketConnection(Link.plain(port), uid);
      case WEB_SOCKET_TLS -> new SmqWebSocketConnection(TlsLink.connect(port), uid);
      case MQTT -> new MqttConnection(Link.plain(port), uid);
      case MQTT_WEB_SOCKET -> new MqttConnection(WebSocketLink.connect(port, "/mqtt", "mqtt"), uid);
      case NATS -> new NatsConnection(Link.plain(port));
      case NATS_WEB_SOCKET -> new NatsConnection(WebSocketLink.connect(port, "/", ""));
      case REDIS -> new RedisConnection(Link.plain(port));
    };
  }
}
