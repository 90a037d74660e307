package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a broker's address is written. */
class BrokerUriTest {

  @ParameterizedTest
  @CsvSource({
    "smq://a,                smq://a:8085/smq.lsp",
    "smqs://a,               smqs://a:8883/smq.lsp",
    "ws://a,                 ws://a:80/smq.lsp",
    "wss://a,                wss://a:443/smq.lsp",
    "WSS://a:8443/,          wss://a:8443/",
    "smq://127.0.0.1:1/x?y,  smq://127.0.0.1:1/x?y",
    "ws://[::1]:8080/smq,    ws://[::1]:8080/smq"
  })
  void whatIsLeftOutHasADefault(String text, String whole) {
    assertEquals(whole, BrokerUri.parseAll(text).get(0).toString());
  }

  @Test
  void severalAreWrittenWithCommasBetweenOrAsSeveralArguments() {
    assertEquals(
        List.of("smq://a:8085/smq.lsp", "ws://b:80/smq.lsp", "ws://c:80/smq.lsp"),
        BrokerUri.parseAll("smq://a, ws://b,", "ws://c").stream()
            .map(BrokerUri::toString)
            .toList());
  }

  @Test
  void anIpv6AddressHasNoBracketsAsAHost() {
    assertEquals("::1", BrokerUri.parseAll("smq://[::1]").get(0).host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:8085", "http://a", "smq:///x", "smq://a b", "//a"})
  void whatIsNoAddressIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> BrokerUri.parseAll(text));
  }
}
