package org.smqcluster.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;

/** A request that came through trusted proxies, with its client's address, scheme and host. */
final class ProxiedRequest extends HttpServletRequestWrapper {

  private static final String HOST = "Host";
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final ForwardedClient client;

  ProxiedRequest(HttpServletRequest request, ForwardedClient client) {
    super(request);
    this.client = client;
  }

  @Override
  public String getRemoteAddr() {
    return client.address().getHostAddress();
  }

  @Override
  public String getRemoteHost() {
    return getRemoteAddr();
  }

  @Override
  public int getRemotePort() {
    return client.portOr(super.getRemotePort());
  }

  @Override
  public String getScheme() {
    return client.scheme().orElseGet(super::getScheme);
  }

  @Override
  public boolean isSecure() {
    return client.isSecureOr(super.isSecure());
  }

  @Override
  public String getHeader(String name) {
    return name.equalsIgnoreCase(HOST) && client.host().isPresent()
        ? client.host().get()
        : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return name.equalsIgnoreCase(HOST) && client.host().isPresent()
        ? Collections.enumeration(client.host().stream().toList())
        : super.getHeaders(name);
  }

  @Override
  public String getServerName() {
    return authority().map(URI::getHost).orElseGet(super::getServerName);
  }

  @Override
  public int getServerPort() {
    int schemePort = isSecure() ? HTTPS_PORT : HTTP_PORT;
    return authority()
        .map(uri -> uri.getPort() < 0 ? schemePort : uri.getPort())
        .orElseGet(() -> client.scheme().isPresent() ? schemePort : super.getServerPort());
  }

  @Override
  public StringBuffer getRequestURL() {
    int port = getServerPort();
    boolean ofScheme = port == (isSecure() ? HTTPS_PORT : HTTP_PORT);
    return new StringBuffer(getScheme())
        .append("://")
        .append(getServerName())
        .append(ofScheme ? "" : ":" + port)
        .append(getRequestURI());
  }

  private Optional<URI> authority() {
    try {
      return client.host().isEmpty()
          ? Optional.empty()
          : Optional.of(new URI("http://" + client.host().get())).filter(u -> u.getHost() != null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
