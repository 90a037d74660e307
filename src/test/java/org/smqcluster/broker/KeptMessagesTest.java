package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet.Publish;

class KeptMessagesTest {

  private static final long ALL = Long.MAX_VALUE;

  private Optional<List<EncodedPacket>> more = Optional.empty();
  private int decoded;

  private final KeptMessages kept =
      new KeptMessages(
          () -> {
            Optional<List<EncodedPacket>> taken = more;
            more = more.map(all -> List.of());
            return taken;
          },
          packet -> {
            decoded++;
            return VersionedMessage.messageOf(packet);
          });

  private static EncodedPacket message(int id, String payload) {
    return Publish.of(id, 7, 0, payload.getBytes()).encoded();
  }

  private static List<String> texts(List<Publish> messages) {
    return messages.stream().map(message -> new String(message.payload())).toList();
  }

  private List<String> all(List<Integer> ids) {
    List<Publish> found = new ArrayList<>();
    assertEquals(Handover.END, kept.part(ids, 0, ALL, found));
    return texts(found);
  }

  @Test
  void whatCameForSomeIdsIsFoundInItsOrder() throws MalformedPacketException {
    Publish lastValue = new VersionedMessage(publish(12, "c"), 1, true).wrapped();
    more =
        Optional.of(
            List.of(
                message(11, "a"),
                EncodedPacket.ofRaw(new byte[] {0, 3, 0}),
                message(13, "other"),
                message(12, "b"),
                lastValue.encoded(),
                message(11, "d")));
    assertTrue(kept.update());
    assertEquals(List.of("a", "b", "c", "d"), all(List.of(12, 11, 12)));
    more = Optional.of(List.of(message(11, "e")));
    assertTrue(kept.update());
    assertEquals(List.of("a", "d", "e"), all(List.of(11, 9)));
  }

  private static Publish publish(int id, String payload) {
    return Publish.of(id, 7, 0, payload.getBytes());
  }

  @Test
  void itComesInParts() {
    more =
        Optional.of(
            List.of(message(11, "a"), message(12, "b"), message(11, "c"), message(12, "d")));
    kept.update();
    int next = 0;
    List<String> parts = new ArrayList<>();
    while (next != Handover.END) {
      List<Publish> part = new ArrayList<>();
      next = kept.part(List.of(11, 12), next, 2L * message(11, "a").rawLength(), part);
      parts.add(String.join("", texts(part)));
    }
    assertEquals(List.of("ab", "cd"), parts);
  }

  @Test
  void aMessageLongerThanAPartComesAlone() {
    more = Optional.of(List.of(message(11, "a"), message(11, "b")));
    kept.update();
    List<Publish> part = new ArrayList<>();
    assertEquals(1, kept.part(List.of(11), 0, 1, part));
    assertEquals(List.of("a"), texts(part));
  }

  @Test
  void itIsNotReadyBeforeItsSourceIs() {
    assertFalse(kept.update());
  }

  /** As many clients come as there were at the node, each for its own messages. */
  @Test
  void aMessageIsDecodedOnceAndForItsReceiversHoweverManyClientsCome() {
    List<EncodedPacket> messages = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      messages.add(message(100 + i % 100, Integer.toString(i)));
    }
    more = Optional.of(messages);
    for (int client = 0; client < 5_000; client++) {
      kept.update();
      assertEquals(List.of(), all(List.of(20_000 + client, 11)));
    }
    assertEquals(10_000, decoded);
    assertEquals(100, all(List.of(100, 20_000)).size());
    assertEquals(10_100, decoded);
  }
}
