package org.smqcluster.admin.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smqcluster.config.AdminKeys.MonitoringAccess;

/** Access to /metrics and /health, for each value of smq.admin.monitoring. */
class HeadersFilterTest {

  private static final Map<String, String> NO_PROXY = Map.of("Host", "127.0.0.1:8080");

  private static boolean may(MonitoringAccess access, String address, boolean viewer) {
    return HeadersFilter.maySupervise(access, request(address, viewer, NO_PROXY));
  }

  private static HttpServletRequest request(
      String address, boolean viewer, Map<String, String> headers) {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            HttpServletRequest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "getRemoteAddr" -> address;
                  case "getHeader" -> headers.get(arguments[0]);
                  case "isUserInRole" -> viewer;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  void monitoringIsPublicByDefault() {
    assertTrue(may(MonitoringAccess.ANYBODY, "192.0.2.7", false));
  }

  @Test
  void loopbackIsThisMachineWithoutAProxyBetween() {
    assertTrue(may(MonitoringAccess.LOOPBACK, "127.0.0.1", false));
    assertFalse(may(MonitoringAccess.LOOPBACK, "192.0.2.7", true));
    Map<String, String> proxied = Map.of("Host", "127.0.0.1", "X-Forwarded-For", "192.0.2.7");
    assertFalse(
        HeadersFilter.maySupervise(
            MonitoringAccess.LOOPBACK, request("127.0.0.1", false, proxied)));
  }

  @Test
  void viewersSignInOnEveryPage() {
    assertFalse(may(MonitoringAccess.VIEWERS, "127.0.0.1", false));
    assertTrue(may(MonitoringAccess.VIEWERS, "192.0.2.7", true));
  }
}
