package org.smqcluster.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {

  @Test
  void plainTextStaysAsItIs() {
    String text = "Grüße, \u4e16\u754c \uD83D\uDE00, \\n";
    assertSame(text, LogText.line(text, 100));
  }

  @ParameterizedTest
  @CsvSource({
    "0", "7", "1b", "7f", "80", "9b", "9d", "ad", "200b", "200e", "202e", "2028", "2029", "2066",
    "feff", "dc9b", "d800"
  })
  void whatSteersATerminalOrReordersTextIsEscaped(String hex) {
    char c = (char) Integer.parseInt(hex, 16);
    String escaped = "a\\u" + "0".repeat(4 - hex.length()) + hex + "b";
    assertEquals(escaped, LogText.line("a" + c + "b", 100));
    assertEquals(escaped, LogText.block("a" + c + "b", 100));
  }

  @Test
  void aLineHasNoLineBreak() {
    assertEquals("a\\r\\nb\\tc", LogText.line("a\r\nb\tc", 100));
  }

  @Test
  void aLineOfABlockCannotPassForARecord() {
    assertEquals(
        "a\n    2026-11-28 SEVERE b\n    \tc\\rd",
        LogText.block("a\n2026-11-28 SEVERE b\r\n\tc\rd", 100));
  }

  @Test
  void whatIsTooLongIsCut() {
    assertEquals("aaaa... (59996 more characters)", LogText.line("a".repeat(60_000), 4));
  }

  @Test
  void noTextIsNull() {
    assertEquals("null", LogText.line(null, 4));
  }
}
