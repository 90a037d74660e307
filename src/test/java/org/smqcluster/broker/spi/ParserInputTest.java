package org.smqcluster.broker.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserInputTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The parser of the server, in the way that JSON Binding calls it. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":[", "{\"a\":{", "{\"a\":[[1,", "{\"a\":[}"})
  void whereTheTextBreaksOffInWhatIsSkippedTheParserFails(String text) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (JsonParser parser :
              List.of(
                  Json.createParser(ParserInput.utf8(bytes(text))),
                  Json.createParser(new ParserInput(new ByteArrayInputStream(bytes(text)))))) {
            parser.next();
            parser.next();
            if (parser.next() == JsonParser.Event.START_ARRAY) {
              assertThrows(JsonException.class, parser::skipArray);
            } else {
              assertThrows(JsonException.class, parser::skipObject);
            }
          }
        });
  }

  @Test
  void aWholeTextIsReadAsItIs() {
    String text = "{\"a\":[[1],{}],\"b\":\"\u20ac\"}";
    try (JsonParser parser = Json.createParser(ParserInput.utf8(bytes(text)))) {
      parser.next();
      assertEquals("\u20ac", parser.getObject().getString("b"));
    }
  }
}
