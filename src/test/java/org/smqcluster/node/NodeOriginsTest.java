package org.smqcluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.cluster.NodeState;

class NodeOriginsTest {

  private static final URI SELF = URI.create("https://a.example");

  private final NodeOrigins pages = new NodeOrigins(SELF);

  private static NodeInfo node(String url) {
    return new NodeInfo(
        1, "node", NodeState.READY, URI.create(url), 8085, "1", 2, Instant.EPOCH, Map.of());
  }

  @Test
  void aNodeThatHasGoneIsRememberedForItsPagesComeNow() {
    NodeInfo other = node("https://b.example");
    pages.joined(other);
    pages.left(other);
    assertEquals(List.of(SELF, other.httpUrl()), List.copyOf(pages.addresses()));
  }

  @Test
  void aNodeOnThisMachineCanBeCalledLocalhost() {
    pages.joined(node("http://127.0.0.1:8081"));
    pages.joined(node("http://[::1]:8082"));
    assertTrue(pages.addresses().contains(URI.create("http://localhost:8082")));
    assertTrue(pages.addresses().contains(URI.create("http://localhost:8081")));
  }

  @Test
  void theContextRootIsNoPartOfAnOrigin() {
    pages.joined(node("https://b.example:8443/queues"));
    assertEquals(
        List.of(SELF, URI.create("https://b.example:8443")), List.copyOf(pages.addresses()));
  }

  @Test
  void anAddressIsKeptOnceAndTheOldestAreForgotten() {
    for (int i = 0; i < 3000; i++) {
      pages.joined(node("https://n" + i / 2 + ".example"));
    }
    assertEquals(100, pages.addresses().size());
    assertTrue(pages.addresses().contains(URI.create("https://n1499.example")));
  }
}
