package org.smqcluster.admin.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecurityHeadersTest {

  @Test
  void pagesMayConnectToTheNodesAndShowThem() {
    String policy =
        SecurityHeaders.of(
                List.of(URI.create("https://a.example:8443"), URI.create("http://127.0.0.1:8080")))
            .ofFrames();
    assertTrue(policy.startsWith("default-src 'self'; "), policy);
    assertTrue(
        policy.contains(
            "connect-src 'self' https://a.example:8443 wss://a.example:8443"
                + " http://127.0.0.1:* ws://127.0.0.1:*;"),
        policy);
    assertTrue(policy.contains("frame-src 'self' https://a.example:8443 http://127.0.0.1:*;"));
    assertTrue(policy.endsWith("frame-ancestors 'self' https://a.example:8443 http://127.0.0.1:*"));
  }

  @Test
  void anIpv6NodeIsAllowedByItsPortForPoliciesHaveNoIpv6Addresses() {
    String policy = SecurityHeaders.of(List.of(URI.create("http://[::1]:8080"))).ofFrames();
    assertTrue(policy.contains("connect-src 'self' http://*:8080 ws://*:8080;"), policy);
    assertTrue(policy.endsWith("frame-ancestors 'self' http://*:8080"), policy);
    assertFalse(policy.contains("["), policy);
  }

  @Test
  void noSitesPageShowsTheOtherPagesInAFrame() {
    String policy = SecurityHeaders.of(List.of(URI.create("http://127.0.0.1:8080"))).ofOthers();
    assertTrue(policy.endsWith("; frame-ancestors 'none'"), policy);
  }

  @Test
  void nothingInlineIsAllowed() {
    SecurityHeaders policies = SecurityHeaders.of(List.of());
    assertFalse(policies.toString().contains("unsafe"), policies.toString());
  }
}
