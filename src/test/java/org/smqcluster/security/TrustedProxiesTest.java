package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.config.Settings;

/** The client that a request is attributed to, whatever its headers say. */
class TrustedProxiesTest {

  private static final String TRUSTED = "10.0.0.0/8, 2001:db8:1::/48";

  private static TrustedProxies proxies(String header) {
    Map<String, String> values = Map.of("smq.proxy.trusted", TRUSTED, "smq.proxy.header", header);
    return new TrustedProxies(
        Settings.read(values.keySet(), key -> Optional.ofNullable(values.get(key))));
  }

  private static Optional<ForwardedClient> client(
      TrustedProxies proxies, String peer, Map<String, List<String>> headers) throws Exception {
    return proxies.client(
        InetAddress.getByName(peer), name -> headers.getOrDefault(name, List.of()));
  }

  private static String text(Optional<ForwardedClient> client) {
    return client
        .map(
            c ->
                c.address().getHostAddress()
                    + " "
                    + c.port()
                    + " "
                    + c.scheme().orElse("-")
                    + " "
                    + c.host().orElse("-"))
        .orElse("peer");
  }

  private static List<String> lines(String header) {
    return header == null ? List.of() : Arrays.asList(header.split("\\|"));
  }

  @ParameterizedTest(name = "{0}: {1}; {2}; {3}")
  @CsvSource(
      delimiter = '!',
      value = {
        // from the proxy alone
        "10.0.0.1 ! 192.0.2.7               !             !                ! 192.0.2.7 0 - -",
        "192.0.2.1 ! 192.0.2.7              ! https       ! evil.example   ! peer",
        "10.0.0.1 !                         ! https       ! smq.example    ! peer",
        "10.0.0.1 ! 192.0.2.7               ! https       ! smq.example:8443 ! 192.0.2.7 0 https smq.example:8443",
        "10.0.0.1 ! 192.0.2.7               ! javascript  !                ! 192.0.2.7 0 - -",
        // the last address that is not a proxy's, whatever the client wrote before it
        "10.0.0.1 ! 127.0.0.1, 192.0.2.7    !             !                ! 192.0.2.7 0 - -",
        "10.0.0.1 ! 127.0.0.1, 192.0.2.7, 10.0.0.2 !      !                ! 192.0.2.7 0 - -",
        "10.0.0.1 ! 127.0.0.1|192.0.2.7|10.0.0.2 !        !                ! 192.0.2.7 0 - -",
        "10.0.0.1 ! nonsense, 192.0.2.7     !             !                ! 192.0.2.7 0 - -",
        "10.0.0.1 ! 10.0.0.3, 10.0.0.2      !             !                ! 10.0.0.3 0 - -",
        // scheme and host of the proxy that the client reached, if each proxy adds them
        "10.0.0.1 ! 192.0.2.7, 10.0.0.2     ! https, http ! a.example, b   ! 192.0.2.7 0 https a.example",
        "10.0.0.1 ! 6.6.6.6, 192.0.2.7      ! ftp, http   ! evil, a.example ! 192.0.2.7 0 http a.example",
        // ways to write an address
        "10.0.0.1 ! 192.0.2.7:4711          !             !                ! 192.0.2.7 4711 - -",
        "10.0.0.1 ! [2001:db8::7]:4711      !             !                ! 2001:db8:0:0:0:0:0:7 4711 - -",
        "10.0.0.1 ! 2001:db8::7             !             !                ! 2001:db8:0:0:0:0:0:7 0 - -",
        "10.0.0.1 ! ::ffff:192.0.2.7        !             !                ! 192.0.2.7 0 - -",
        "2001:db8:1::1 ! 192.0.2.7, 2001:db8:1::2 !       !                ! 192.0.2.7 0 - -",
      })
  void xForwardedCountsFromTrustedProxiesOnly(
      String peer, String clients, String schemes, String hosts, String expected) throws Exception {
    Map<String, List<String>> headers =
        Map.of(
            "X-Forwarded-For", lines(clients),
            "X-Forwarded-Proto", lines(schemes),
            "X-Forwarded-Host", lines(hosts),
            "Forwarded", List.of("for=127.0.0.1;proto=https;host=evil.example"));
    assertEquals(expected, text(client(proxies("x-forwarded"), peer, headers)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '\'',
      value = {
        "10.0.0.1 ! for=192.0.2.7                         ! 192.0.2.7 0 - -",
        "192.0.2.1 ! for=192.0.2.7                        ! peer",
        "10.0.0.1 ! For=\"192.0.2.7:4711\";Proto=HTTPS ; host=\"a.example:8443\";by=10.0.0.1 ! 192.0.2.7 4711 https a.example:8443",
        "10.0.0.1 ! for=\"[2001:db8::7]:4711\"            ! 2001:db8:0:0:0:0:0:7 4711 - -",
        "10.0.0.1 ! for=127.0.0.1;host=evil, for=192.0.2.7;proto=http, for=10.0.0.2;host=b ! 192.0.2.7 0 http -",
        "10.0.0.1 ! for=127.0.0.1|for=192.0.2.7|for=10.0.0.2 ! 192.0.2.7 0 - -",
        "10.0.0.1 ! for=_hidden, for=192.0.2.7            ! 192.0.2.7 0 - -",
        "10.0.0.1 !                                       ! peer",
      })
  void forwardedCountsWhereItIsChosen(String peer, String header, String expected)
      throws Exception {
    Map<String, List<String>> headers =
        Map.of("Forwarded", lines(header), "X-Forwarded-For", List.of("127.0.0.1"));
    assertEquals(expected, text(client(proxies("forwarded"), peer, headers)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // would hide what the proxy adds behind it
        "for=127.0.0.1;x=\", for=192.0.2.7",
        "for=\"127.0.0.1, for=192.0.2.7",
        "for=127.0.0.1;;, for=192.0.2.7",
        "for 127.0.0.1, for=192.0.2.7",
        "for=\"127.0.0.1\\\", for=192.0.2.7",
        "for=192.0.2.7;",
        // tells no address
        "for=unknown",
        "for=_hidden, for=10.0.0.2",
        "proto=https",
        "for=localhost"
      })
  void aRequestOfATrustedProxyWhoseClientIsNotKnownIsRefusedAndCountedOnce(String header)
      throws Exception {
    TrustedProxies proxies = proxies("forwarded");
    Map<String, List<String>> headers = Map.of("Forwarded", List.of(header));
    assertThrows(UnknownClientException.class, () -> client(proxies, "10.0.0.1", headers));
    List<Object> answers = new ArrayList<>();
    HttpServletRequest request =
        stub(
            HttpServletRequest.class,
            Map.of(
                "getRemoteAddr", arguments -> "10.0.0.1",
                "getHeaders",
                    arguments ->
                        Collections.enumeration(headers.getOrDefault(arguments[0], List.of()))));
    HttpServletResponse response =
        stub(HttpServletResponse.class, Map.of("sendError", status -> answers.add(status[0])));
    assertTrue(proxies.asSent(request, response).isEmpty());
    assertEquals(List.of(400), answers);
    assertEquals(1, proxies.refused());
  }

  private static <T> T stub(Class<T> type, Map<String, Function<Object[], Object>> methods) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object result = methods.get(method.getName()).apply(arguments);
              return method.getReturnType() == void.class ? null : result;
            }));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown", "192.0.2.7, unix:", "192.0.2.7, 10.0.0.300", ", ,", "a\"b"})
  void anXForwardedForWithoutAnAddressIsRefusedToo(String header) {
    TrustedProxies proxies = proxies("x-forwarded");
    Map<String, List<String>> headers = Map.of("X-Forwarded-For", List.of(header));
    assertThrows(UnknownClientException.class, () -> client(proxies, "10.0.0.1", headers));
  }

  @Test
  @Timeout(2)
  void theLongestHeaderTakesNoTimeThatMatters() {
    TrustedProxies proxies = proxies("forwarded");
    TrustedProxies others = proxies("x-forwarded");
    for (String part : List.of("for=\"a", "a=\"\\\"", "x=y;", " \t", "x=1.2.3.4,")) {
      List<String> header = List.of(part.repeat(20_000));
      assertThrows(
          UnknownClientException.class,
          () -> client(proxies, "10.0.0.1", Map.of("Forwarded", header)));
      assertThrows(
          UnknownClientException.class,
          () -> client(others, "10.0.0.1", Map.of("X-Forwarded-For", header)));
    }
  }

  @Test
  void withoutTrustedProxiesNoHeaderCounts() throws Exception {
    Map<String, List<String>> headers = Map.of("X-Forwarded-For", List.of("192.0.2.7"));
    assertTrue(client(TrustedProxies.NONE, "127.0.0.1", headers).isEmpty());
  }
}
