package org.smqcluster.transport.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading the head of the bootstrap request. */
class BootstrapRequestTest {

  private static BootstrapRequest parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return BootstrapRequest.parse(bytes, bytes.length);
  }

  @Test
  void pathAndHeadersAreReadNamesInLowerCaseValuesTrimmed() {
    BootstrapRequest head =
        parse("GET /smq.lsp?a=1 HTTP/1.1\r\nHost: x:1\r\nSIMPLEmq:  1 \r\nE:\r\n\r\n");
    assertEquals("/smq.lsp", head.path());
    assertEquals(
        Map.of("host", List.of("x:1"), "simplemq", List.of("1"), "e", List.of("")), head.headers());
    assertTrue(head.isSmq());
    assertFalse(head.wantsAnswer());
  }

  @Test
  void aHeaderThatComesTwiceHasTwoValues() {
    assertEquals(List.of("1", "2"), parse("GET / HTTP/1.0\nx: 1\nX: 2\n\n").headers().get("x"));
  }

  @Test
  void upgradeMakesItNoSmqRequest() {
    assertFalse(parse("GET / HTTP/1.1\r\nSimpleMQ: 1\r\nUpgrade: websocket\r\n\r\n").isSmq());
  }

  @Test
  void anAnswerIsWantedWhateverTheCase() {
    assertTrue(parse("GET / HTTP/1.1\r\nsendSMQhttpResponse: TRUE\r\n\r\n").wantsAnswer());
    assertFalse(parse("GET / HTTP/1.1\r\nSendSmqHttpResponse: false\r\n\r\n").wantsAnswer());
  }

  @Test
  void aWholeUrlAsTargetHasAPath() {
    assertEquals("/smq", parse("GET http://host:80/smq HTTP/1.1\r\n\r\n").path());
    assertEquals("/", parse("GET http://host HTTP/1.1\r\n\r\n").path());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "\n",
        "HELLO\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / SPDY/1\r\n\r\n",
        " / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n: no name\r\n\r\n",
        "GET\r\nX: / HTTP/1.1\r\n\r\n"
      })
  void whatIsNoRequestIsRefused(String text) {
    assertNull(parse(text));
  }
}
