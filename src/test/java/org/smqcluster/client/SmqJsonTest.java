package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.smqcluster.client.ClientRecorder.value;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects as payloads, by a mapper of the application's choice. */
class SmqJsonTest {

  /** The smallest mapper there is: one type, one field. */
  private static final class NumberMapper implements JsonMapper {
    @Override
    public byte[] toBytes(Object value) throws IOException {
      if (!(value instanceof Integer)) {
        throw new IOException("no number: " + value);
      }
      return ("{\"value\":" + value + "}").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <T> T fromBytes(byte[] json, Class<T> type) throws IOException {
      String text = new String(json, StandardCharsets.UTF_8);
      if (!text.matches("\\{\"value\":-?\\d+}")) {
        throw new IOException("not understood: " + text);
      }
      return type.cast(Integer.valueOf(text.replaceAll("[^\\d-]", "")));
    }
  }

  private final InProcessBroker broker = InProcessBroker.start();
  private final SmqClient client = SmqClient.builder(broker.url()).start();
  private final SmqClient other = SmqClient.builder(broker.url()).start();
  private final SmqJson json = new SmqJson(client, new NumberMapper());
  private final SmqJson otherJson = new SmqJson(other, new NumberMapper());
  private final ClientRecorder events = new ClientRecorder();

  @AfterEach
  void endAll() {
    client.close();
    other.close();
    broker.close();
  }

  @Test
  void valuesArePublishedAndTakenAndWhatIsNoneIsDropped() throws Exception {
    value(json.subscribe("a", Integer.class, (n, message) -> events.note("any " + n)));
    value(json.subscribe("a", "st", Integer.class, (n, message) -> events.note("st " + n)));
    otherJson.publish("a", 1);
    other.publish("a", "no JSON".getBytes(StandardCharsets.UTF_8));
    otherJson.publish("a", "st", 2);
    int tid = value(other.create("a"));
    otherJson.publish(tid, 3);
    otherJson.publish(tid, "st", 4);
    events.expect("any 1");
    events.expect("st 2");
    events.expect("any 3");
    events.expect("st 4");
    assertThrows(UncheckedIOException.class, () -> json.publish("a", "text"));
  }

  @Test
  void aRequestsReplyIsAValue() {
    value(other.connected());
    other.subscribeDirect(message -> otherJson.reply(message, -7));
    int reply = value(json.request(other.etid(), "st", 1, Integer.class, Duration.ofSeconds(5)));
    assertEquals(-7, reply);
  }
}
