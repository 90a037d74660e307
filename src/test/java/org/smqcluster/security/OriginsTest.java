package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

  private static final List<URI> NODES =
      List.of(URI.create("http://127.0.0.1:8080"), URI.create("https://node2.example.org/"));

  private static Origins origins(String bind, String... allowed) throws Exception {
    return new Origins(List.of(allowed), () -> NODES, InetAddress.getByName(bind));
  }

  @Test
  void whatTellsNoOriginIsNoBrowser() throws Exception {
    assertTrue(origins("127.0.0.1").permits(null, "127.0.0.1:8080", false));
  }

  @ParameterizedTest(name = "a page of {0} to {1}, TLS {2}: {3}")
  @CsvSource({
    // its own
    "http://127.0.0.1:8081,      127.0.0.1:8081,        false, true",
    "http://localhost:8081,      localhost:8081,        false, true",
    "http://[::1]:8081,          [::1]:8081,            false, true",
    "HTTP://LOCALHOST:8081,      LocalHost:8081,        false, true",
    "http://10.0.0.1,            10.0.0.1:80,           false, true",
    "http://10.0.0.1:80,         10.0.0.1,              false, true",
    "https://10.0.0.1,           10.0.0.1:443,          true,  true",
    "https://10.0.0.1,           10.0.0.1,              true,  true",
    // TLS ends at a proxy
    "https://10.0.0.1,           10.0.0.1,              false, true",
    // not its own
    "http://10.0.0.1,            10.0.0.1,              true,  false",
    "http://127.0.0.1:8082,      127.0.0.1:8081,        false, false",
    "http://evil.example,        127.0.0.1:8081,        false, false",
    "http://127.0.0.1.evil.example, 127.0.0.1,          false, false",
    "'null',                     127.0.0.1:8081,        false, false",
    "file://,                    127.0.0.1:8081,        false, false",
    "http://127.0.0.1:8081@evil.example, 127.0.0.1:8081, false, false",
    "'',                         127.0.0.1:8081,        false, false",
    // another node of the cluster, and one with a port that is none of a node
    "http://127.0.0.1:8080,      127.0.0.1:8081,        false, true",
    "https://node2.example.org,  127.0.0.1:8081,        false, true",
    "http://node2.example.org,   127.0.0.1:8081,        false, false",
    // DNS rebinding: the page's own name points to 127.0.0.1
    "http://evil.example:8081,   evil.example:8081,     false, false",
    "http://evil.example:8081,   127.0.0.1:8081,        false, false",
  })
  void aPageMayConnectToItsOwnClusterOnly(
      String origin, String host, boolean secure, boolean permitted) throws Exception {
    assertEquals(permitted, origins("127.0.0.1").permits(origin, host, secure));
  }

  @Test
  void aNodeForOthersIsReachedByAnyName() throws Exception {
    assertAll(
        () ->
            assertTrue(
                origins("192.0.2.1")
                    .permits("http://smq.example.org:8080", "smq.example.org:8080", false)),
        () ->
            assertTrue(
                origins("127.0.0.2").permits("http://smq.test:8080", "smq.test:8080", false)));
  }

  @Test
  void otherSitesMayConnectWhereTheOperatorSaysSo() throws Exception {
    Origins some = origins("127.0.0.1", "https://shop.example.org");

    assertAll(
        () -> assertTrue(some.permits("https://shop.example.org", "127.0.0.1", false)),
        () -> assertTrue(some.permits("https://shop.example.org:443", "127.0.0.1", false)),
        () -> assertEquals(false, some.permits("https://example.org", "127.0.0.1", false)),
        () -> assertTrue(origins("127.0.0.1", "*").permits("null", "127.0.0.1", false)));
  }
}
