package org.smqcluster.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings of the wire are bytes: whatever they are, they come back unchanged. */
class WireTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "Überraschung", "日本", "a\u0000b", "\uFFFD", "😀", "x😀\uFFFD"})
  void textIsUtf8(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertArrayEquals(utf8, WireText.encode(text));
    assertEquals(text, WireText.decode(utf8, 0, utf8.length));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "80", // a lone continuation byte
        "ff", // never in UTF-8
        "00 1b 44 11 3a b7", // a MAC address
        "c3", // cut after the first of two bytes
        "e2 82", // cut after the second of three
        "f0 9f 98", // cut after the third of four
        "f0 9f 98 41", // cut, then text
        "c0 80", // overlong
        "e0 80 af", // overlong
        "ed a0 80", // a high surrogate
        "ed b2 80", // a low surrogate
        "ed a0 bd ed b8 80", // a pair of surrogates
        "f4 90 80 80", // beyond Unicode
        "ef bf bd 80", // the replacement character itself, then a bad byte
        "f0 9f 98 80 80", // an emoji, then a bad byte
        "80 f0 9f 98 80" // a bad byte, then an emoji
      })
  void bytesThatAreNoUtf8ComeBackUnchanged(String hex) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertArrayEquals(bytes, WireText.encode(WireText.decode(bytes, 0, bytes.length)));
  }

  @Test
  void namesThatDifferInABadByteOnlyStayDistinct() {
    assertNotEquals(WireText.decode(new byte[] {-1}, 0, 1), WireText.decode(new byte[] {-2}, 0, 1));
  }

  @Test
  void onlyTheBytesAskedForAreDecoded() {
    byte[] bytes = {'a', (byte) 0xC3, (byte) 0xA9, 'b'};
    assertEquals("é", WireText.decode(bytes, 1, 2));
    assertEquals("\uDCC3", WireText.decode(bytes, 1, 1), "the cut character is escaped");
  }

  @Test
  void aTextThatIsTooLongIsCutBetweenCharactersAndMarked() {
    assertEquals("abcdef", WireText.cut("abcdef", 6));
    assertEquals("abc\u2026", WireText.cut("abcdefg", 6));
    assertEquals("a\u2026", WireText.cut("a\u00e4\u00e4\u00e4", 5));
    assertEquals("\u2026", WireText.cut("\ud83d\ude00\ud83d\ude00", 6));
    assertEquals("\ud83d\ude00\u2026", WireText.cut("\ud83d\ude00\ud83d\ude00", 7));
    assertEquals("", WireText.cut("", 3));
  }

  @Test
  void bytesThatAreNoTextAreCutByByte() {
    byte[] bytes = new byte[300];
    Arrays.fill(bytes, (byte) 0xFF);
    String cut = WireText.cut(WireText.decode(bytes, 0, bytes.length), 256);
    assertEquals(254, cut.length());
    assertEquals(256, WireText.encode(cut).length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lamp", "0x", "0xff", "0xFF", "0xf", "0x61", "a\n", "\uDCFF", "0x30786666"})
  void everyNameHasAPrintableFormOfItsOwnThatLeadsBackToIt(String name) {
    assertEquals(name, WireText.parsePrintable(WireText.printable(name)));
    assertTrue(WireText.printable(name).codePoints().allMatch(c -> c >= ' ' && c <= '~'), name);
  }

  @Test
  void aNameThatLooksLikeThePrintableFormOfAnotherIsNotMistakenForIt() {
    assertEquals("0xff", WireText.printable("\uDCFF"));
    assertEquals("0x30786666", WireText.printable("0xff"));
    assertEquals("0x61", WireText.printable("0x61"), "stands for itself: a is printable");
  }
}
