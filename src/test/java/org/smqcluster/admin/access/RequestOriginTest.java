package org.smqcluster.admin.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOriginTest {

  /** Not a header: what the servlet API tells of the connection. */
  private static final String ADDRESS = "address";

  private static HttpServletRequest request(Map<String, String> headers) {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            HttpServletRequest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (self, method, arguments) ->
                method.getName().equals("getRemoteAddr")
                    ? headers.get(ADDRESS)
                    : headers.get(arguments[0]));
  }

  @ParameterizedTest(name = "Origin {0}, Host {1}, smq.http.url {2}: forged {3}")
  @CsvSource({
    "https://smq.example,     smq.example,    '',                  false",
    // nginx' own Host is the name of its upstream
    "https://smq.example,     smq_nodes,      '',                  true",
    "https://smq.example,     smq_nodes,      https://smq.example, false",
    "https://smq.example:443, 127.0.0.1:8080, https://smq.example, false",
    "http://smq.example,      smq_nodes,      https://smq.example, true",
    "https://evil.example,    smq_nodes,      https://smq.example, true",
    "https://smq.example.evil.example, smq_nodes, https://smq.example, true",
    "null,                    smq_nodes,      '',                  true",
  })
  void thePageOfTheNodesOwnUrlIsItsOwn(String origin, String host, String url, boolean forged) {
    Map<String, String> headers = Map.of("Origin", origin, "Host", host);
    assertEquals(forged, RequestOrigin.mayBeForged(request(headers), false, url));
  }

  @ParameterizedTest(name = "from {0} to {1}: this machine {2}")
  @CsvSource({
    "127.0.0.1,       localhost:8080,       true",
    "0:0:0:0:0:0:0:1, '[::1]:8080',         true",
    "127.0.0.1,       Node1.localhost:8080, true",
    "127.0.0.1,       127.0.0.1,            true",
    "127.0.0.1,       a.b.localhost,        false",
    "127.0.0.1,       evil.example,         false",
    "127.0.0.1,       localhost.evil.example, false",
    "192.0.2.7,       localhost,            false",
    "name,            localhost,            false",
  })
  void onlyNamesThatNoOtherSiteCanHaveAreThisMachine(String address, String host, boolean own) {
    Map<String, String> headers = Map.of(ADDRESS, address, "Host", host);
    assertEquals(own, RequestOrigin.isThisMachine(request(headers)));
  }
}
