package org.smqcluster.admin.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class BodyConcurrencyLimitTest {

  private final BodyConcurrencyLimit gate = new BodyConcurrencyLimit();

  private static InetAddress address(String text) throws Exception {
    return InetAddress.getByName(text);
  }

  @Test
  void oneAddressCannotTakeThePlacesOfAll() throws Exception {
    for (int i = 0; i < BodyConcurrencyLimit.MAX_REQUESTS_OF_NETWORK; i++) {
      assertTrue(gate.enter(address("192.0.2.1")));
    }
    assertFalse(gate.enter(address("192.0.2.1")));
    assertTrue(gate.enter(address("192.0.2.2")));
    gate.leave(address("192.0.2.1"));
    assertTrue(gate.enter(address("192.0.2.1")));
  }

  @Test
  void allTogetherCannotTakeTheServersThreads() throws Exception {
    for (int i = 0; i < BodyConcurrencyLimit.MAX_REQUESTS; i++) {
      assertTrue(gate.enter(address("127.0.0.1")));
    }
    assertFalse(gate.enter(address("127.0.0.1")));
    assertFalse(gate.enter(address("192.0.2.1")));
    gate.leave(address("127.0.0.1"));
    assertTrue(gate.enter(address("192.0.2.1")));
  }
}
