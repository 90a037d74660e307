package org.smqcluster.transport.websocket;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * SMQ over WebSocket by the Jakarta API: opens a broker's session with the WebSocket session, hands
 * it each message as one packet, whole or from its parts, and ends it with the WebSocket session.
 * One instance a session; the container calls it on one thread at a time. A {@link FastPath} reads
 * and writes frames itself; the other events come here also then. Public for the container alone.
 */
public final class SmqEndpoint extends Endpoint {

  private static final System.Logger LOG = System.getLogger(SmqEndpoint.class.getName());

  private final WebSocketConnection connection;
  private final Optional<FastPath> fastPath;
  private SessionSocket socket;

  /** Parts of a message whose last part has not come; null if there are none. */
  private ByteArrayOutputStream parts;

  SmqEndpoint(WebSocketConnection connection, Optional<FastPath> fastPath) {
    this.connection = connection;
    this.fastPath = fastPath;
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    // what belongs to the connection stays there, not in a map of the session
    ConnectionInfo info =
        (ConnectionInfo) session.getUserProperties().remove(EndpointConfigurator.INFO);
    Optional<FrameSocket> taken = fastPath.flatMap(fast -> fast.takeOver(connection));
    if (taken.isEmpty()) {
      socket = new SessionSocket(session);
      session.setMaxBinaryMessageBufferSize(ProtocolLimits.MAX_MESSAGE);
      session.setMaxTextMessageBufferSize(ProtocolLimits.MAX_MESSAGE);
      session.addMessageHandler(
          ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) this::onMessage);
      session.addMessageHandler(
          String.class,
          (MessageHandler.Partial<String>)
              (text, last) ->
                  onMessage(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), last));
    }
    connection.open(info, taken.orElse(socket));
  }

  /** A message, or a part of one; text is taken as the bytes that it came as. */
  private void onMessage(ByteBuffer part, boolean last) {
    socket.awaitReading();
    int length = part.remaining() + (parts == null ? 0 : parts.size());
    if (length > ProtocolLimits.MAX_MESSAGE) {
      parts = null;
      connection.read(connection::tooLong);
    } else if (last) {
      connection.read(() -> connection.message(rawPacket(part, length)));
    } else {
      if (parts == null) {
        parts = new ByteArrayOutputStream();
      }
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      parts.writeBytes(bytes);
      connection.partial(length);
    }
  }

  /** The packet in raw form: its own length, then the message. */
  private byte[] rawPacket(ByteBuffer lastPart, int length) {
    ByteBuffer packet = ByteBuffer.allocate(ProtocolLimits.RAW_LENGTH + length);
    packet.putShort((short) packet.capacity());
    if (parts != null) {
      packet.put(parts.toByteArray());
      parts = null;
      connection.partial(0);
    }
    return packet.put(lastPart).array();
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    connection.closed(reason.getCloseCode() + " " + reason.getReasonPhrase());
  }

  @Override
  public void onError(Session session, Throwable failure) {
    LOG.log(Level.DEBUG, "WebSocket failed", failure);
  }
}
