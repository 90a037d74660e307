package org.smqcluster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

  @ParameterizedTest(name = "{0} contains {1}: {2}")
  @CsvSource({
    "10.0.0.0/8,        10.255.3.4,          true",
    "10.0.0.0/8,        11.0.0.0,            false",
    "192.0.2.128/25,    192.0.2.127,         false",
    "192.0.2.128/25,    192.0.2.255,         true",
    "192.0.2.7,         192.0.2.7,           true",
    "192.0.2.7,         192.0.2.6,           false",
    "192.0.2.7,         ::ffff:192.0.2.7,    true",
    "0.0.0.0/0,         203.0.113.9,         true",
    "0.0.0.0/0,         2001:db8::1,         false",
    "2001:db8::/33,     2001:db8:7fff::1,    true",
    "2001:db8::/33,     2001:db8:8000::1,    false",
    "::1,               0:0:0:0:0:0:0:1,     true",
  })
  void aRangeContainsTheAddressesWithItsBits(String range, String address, boolean contained) {
    assertEquals(
        contained, AddressRange.parse(range).contains(IpAddresses.parse(address).orElseThrow()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "proxy.example.org",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/",
        "10.0.0/8",
        "10.0.0.0/-1",
        "10.0.0.256",
        "/8",
        "10.0.0.0/8/8",
        "1234",
        "010.0.0.1",
        "fe80::1%lo",
        "::g",
        "1::2::3",
        ":",
        "abcd"
      })
  void whatIsNoAddressAndNoNetworkIsRefusedWithoutLookingUpAName(String text) {
    assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    assertTrue(IpAddresses.parse(text).isEmpty() || text.contains("/"));
  }
}
