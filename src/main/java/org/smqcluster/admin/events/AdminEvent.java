package org.smqcluster.admin.events;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.protocol.WireText;

/**
 * Something that happened and that an administrator may want to see. Members that say nothing about
 * it are null.
 */
@Schema(name = "Event", description = "Something that happened")
public record AdminEvent(
    @Schema(description = "Rises with each event of its node", example = "17") long number,
    Instant time,
    @Schema(example = "node1") String node,
    @Schema(
            description =
                "connected, disconnected, subscribed, refused, dropped, node-joined, node-left,"
                    + " node-ready, node-draining or device",
            example = "disconnected")
        String type,
    @Schema(description = "The client", nullable = true, example = "1213141516") Integer etid,
    @Schema(description = "The client, device or node", nullable = true, example = "led-0a1b2c")
        String subject,
    @Schema(description = "The client's IP address", nullable = true, example = "192.168.1.20")
        String address,
    @Schema(
            description = "Cut after 256 bytes, which an ellipsis shows",
            nullable = true,
            example = "/m2m/led/device")
        String topic,
    @Schema(nullable = true, example = "connection-lost") String reason,
    @Schema(nullable = true, example = "closed by the peer") String detail,
    @Schema(description = "How often, where it is more than once", nullable = true) Long count) {

  /** Longest name of a topic in an event, in bytes of UTF-8. */
  static final int MAX_TOPIC_BYTES = 256;

  /** An event; {@link EventRing} sets its number, the reader its node. */
  static AdminEvent of(String type) {
    return new AdminEvent(0, Instant.now(), null, type, null, null, null, null, null, null, null);
  }

  boolean isOfDevice() {
    return type.equals("device");
  }

  AdminEvent numbered(long itsNumber) {
    return new AdminEvent(
        itsNumber, time, node, type, etid, subject, address, topic, reason, detail, count);
  }

  AdminEvent at(String itsNode) {
    return new AdminEvent(
        number, time, itsNode, type, etid, subject, address, topic, reason, detail, count);
  }

  AdminEvent about(int client, String uid, String itsAddress) {
    return new AdminEvent(
        number, time, node, type, client, uid, itsAddress, topic, reason, detail, count);
  }

  AdminEvent about(String something) {
    return new AdminEvent(
        number, time, node, type, etid, something, address, topic, reason, detail, count);
  }

  /** A long name is cut: thousands of events are kept, and names may have 60,000 bytes. */
  AdminEvent onTopic(String itsTopic) {
    String cut = WireText.cut(itsTopic, MAX_TOPIC_BYTES);
    return new AdminEvent(
        number, time, node, type, etid, subject, address, cut, reason, detail, count);
  }

  AdminEvent because(String itsReason, String itsDetail) {
    return new AdminEvent(
        number, time, node, type, etid, subject, address, topic, itsReason, itsDetail, count);
  }

  AdminEvent times(long howOften) {
    return new AdminEvent(
        number, time, node, type, etid, subject, address, topic, reason, detail, howOften);
  }
}
