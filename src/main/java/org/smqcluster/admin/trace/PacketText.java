package org.smqcluster.admin.trace;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.WireText;

/** The fields of packets as text for people; what is long is cut, credentials are not told. */
final class PacketText {

  /** Bytes of a payload that are shown. */
  static final int MAX_PAYLOAD = 200;

  /** Bytes of a text or a name that are shown. */
  static final int MAX_TEXT = 256;

  private PacketText() {}

  static Map<String, String> fields(Packet packet, TopicRegistry topics) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (packet instanceof Publish publish) {
      fields.put("to", name(publish.tid(), topics));
      fields.put("from", Integer.toString(publish.ptid()));
      if (publish.subtid() != 0) {
        fields.put("subtopic", printable(topics.subtopic(publish.subtid()), publish.subtid()));
      }
      fields.put("payload", payload(publish.payload()));
      return fields;
    }
    for (RecordComponent component : packet.getClass().getRecordComponents()) {
      fields.put(component.getName(), text(component, packet, topics));
    }
    return fields;
  }

  private static String text(RecordComponent component, Packet packet, TopicRegistry topics) {
    Object value = value(component, packet);
    if (component.getName().equals("credentials")) {
      return ((byte[]) value).length + " bytes";
    } else if (value instanceof byte[] bytes) {
      return payload(bytes);
    } else if (value instanceof Integer id
        && (component.getName().equals("tid") || component.getName().equals("id"))) {
      return name(id, topics);
    }
    return value instanceof String text ? shown(text) : String.valueOf(value);
  }

  private static Object value(RecordComponent component, Packet packet) {
    try {
      return component.getAccessor().invoke(packet);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(int id, TopicRegistry topics) {
    return printable(topics.find(id).map(Topic::name), id);
  }

  private static String printable(Optional<String> name, int id) {
    return name.filter(text -> !text.isEmpty())
        .map(text -> shown(text) + " (" + id + ")")
        .orElse(Integer.toString(id));
  }

  private static String shown(String text) {
    return WireText.printable(WireText.cut(text, MAX_TEXT));
  }

  /** Text if it is UTF-8 without control characters, else hexadecimal. */
  static String payload(byte[] bytes) {
    byte[] shown = Arrays.copyOf(bytes, Math.min(bytes.length, MAX_PAYLOAD));
    String more = bytes.length > MAX_PAYLOAD ? " … (" + bytes.length + " bytes)" : "";
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(shown)).toString();
      if (text.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
        return text + more;
      }
    } catch (CharacterCodingException e) {
      // then it is not text
    }
    return "0x" + HexFormat.of().formatHex(shown) + more;
  }
}
