package org.smqcluster.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "::1, ::1",
    "::, ::",
    "fe80::, fe80::",
    "2001:DB8::1, 2001:db8::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "0:0:1:0:0:2:3:4, ::1:0:0:2:3:4",
    "10:0:0:0:0:0:0:100, 10::100",
    "::ffff:192.0.2.1, 192.0.2.1"
  })
  void anAddressIsWrittenShort(String address, String text) throws Exception {
    assertEquals(text, AddressText.of(InetAddress.getByName(address)));
  }

  @Test
  void aZoneIsLeftOut() throws Exception {
    byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
    assertEquals("fe80::1", AddressText.of(Inet6Address.getByAddress(null, bytes, 7)));
  }

  @Test
  void aPortFollowsBrackets() throws Exception {
    assertEquals("[::1]:80", AddressText.of(new InetSocketAddress("::1", 80)));
    assertEquals("127.0.0.1:80", AddressText.of(new InetSocketAddress("127.0.0.1", 80)));
    assertEquals("node1:80", AddressText.withPort("node1", 80));
  }
}
