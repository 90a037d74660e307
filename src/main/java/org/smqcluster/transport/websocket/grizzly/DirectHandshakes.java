package org.smqcluster.transport.websocket.grizzly;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.Method;
import org.glassfish.grizzly.http.Protocol;
import org.glassfish.grizzly.http.util.MimeHeaders;
import org.glassfish.grizzly.ssl.SSLUtils;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.security.ForwardedClient;
import org.smqcluster.security.Origins;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.security.UnknownClientException;
import org.smqcluster.transport.websocket.EndpointConfigurator;
import org.smqcluster.transport.websocket.HandshakeKey;

/**
 * Handshakes that need nothing of the servlet container: it takes four fifths of the time of one,
 * and after the end of a node all its browsers come at once. Those that may have a login or a
 * client's certificate, and those that are refused, are the container's. Any thread.
 */
final class DirectHandshakes {

  private static final Set<String> OF_BODIES =
      Set.of("content-length", "expect", "transfer-encoding");

  /** Parts of the names of cookies that tell the container of a user. */
  private static final List<String> LOGIN_COOKIES = List.of(AdminKeys.LOGIN_COOKIE, "JSESSIONID");

  /** A token is a client's, which the broker checks; any other login may be an administrator's. */
  private static final String BEARER = "Bearer ";

  private final Map<String, String> paths;
  private final Origins origins;
  private final TrustedProxies proxies;
  private final SocketOpener opener;

  /**
   * @param paths the brokers' paths, by what they are below the server's root
   */
  DirectHandshakes(
      Map<String, String> paths, Origins origins, TrustedProxies proxies, SocketOpener opener) {
    this.paths = paths;
    this.origins = origins;
    this.proxies = proxies;
    this.opener = opener;
  }

  /**
   * Whether a request is for a broker.
   *
   * @param uri below the server's root; parameters of its path do not count
   */
  boolean isBroker(String uri) {
    int parameters = uri.indexOf(';');
    return paths.containsKey(parameters < 0 ? uri : uri.substring(0, parameters));
  }

  /**
   * Answers a handshake with a broker, and opens its session.
   *
   * @return false if the container must answer it
   */
  boolean shake(HttpConnection connection, HttpRequestPacket request) {
    return ApplicationLoader.call(
        () -> {
          Optional<TyrusHandshake> accepted =
              client(connection, request)
                  .flatMap(client -> accept(request.getRequestURI(), client));
          accepted.ifPresent(
              handshake -> opener.open(connection, handshake, answer(handshake.headers())));
          return accepted.isPresent();
        });
  }

  private Optional<TyrusHandshake> accept(String uri, ConnectionInfo client) {
    EndpointConfigurator.current(client);
    try {
      return opener.accept(uri, client);
    } finally {
      EndpointConfigurator.current(null);
    }
  }

  /** What is known of a client; empty if the container must answer it. */
  private Optional<ConnectionInfo> client(HttpConnection connection, HttpRequestPacket request) {
    SSLEngine tls = SSLUtils.getSSLEngine(connection.connection());
    if (request.getMethod() != Method.GET
        || request.getProtocol() != Protocol.HTTP_1_1
        // its parameters may have a session of the container
        || !paths.containsKey(request.getRequestURI())
        || tls != null && (tls.getNeedClientAuth() || tls.getWantClientAuth())) {
      return Optional.empty();
    }
    Map<String, List<String>> headers = headers(request.getHeaders());
    Optional<ForwardedClient> forwarded;
    try {
      forwarded =
          proxies.client(
              connection.peer(),
              name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    } catch (UnknownClientException e) {
      return Optional.empty();
    }
    forwarded.flatMap(ForwardedClient::host).ifPresent(host -> headers.put("host", List.of(host)));
    InetSocketAddress peer = (InetSocketAddress) connection.connection().getPeerAddress();
    ConnectionInfo client =
        new ConnectionInfo(
            Transport.WEBSOCKET,
            forwarded.map(ForwardedClient::address).orElse(peer.getAddress()),
            forwarded.map(from -> from.portOr(peer.getPort())).orElse(peer.getPort()),
            paths.get(request.getRequestURI()),
            Collections.unmodifiableMap(headers),
            Optional.empty(),
            List.of(),
            forwarded.map(from -> from.isSecureOr(tls != null)).orElse(tls != null));
    return Optional.of(client).filter(this::needsNoContainer);
  }

  private boolean needsNoContainer(ConnectionInfo client) {
    Predicate<String> isLogin = cookies -> LOGIN_COOKIES.stream().anyMatch(cookies::contains);
    Predicate<String> isToken = login -> login.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return OF_BODIES.stream().noneMatch(client.headers()::containsKey)
        && HandshakeKey.isValid(all(client, HandshakeKey.HEADER.toLowerCase(Locale.ROOT)).toList())
        && all(client, "cookie").noneMatch(isLogin)
        && all(client, "authorization").allMatch(isToken)
        && origins.permits(
            all(client, "origin").findFirst().orElse(null),
            all(client, "host").findFirst().orElse(null),
            client.secure());
  }

  private static Stream<String> all(ConnectionInfo client, String header) {
    return client.headers().getOrDefault(header, List.of()).stream();
  }

  private static Map<String, List<String>> headers(MimeHeaders received) {
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : received.names()) {
      List<String> values = new ArrayList<>();
      received.values(name).forEach(values::add);
      if (values.isEmpty()) {
        values.add("");
      }
      headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values));
    }
    return headers;
  }

  private static ByteBuffer answer(Map<String, List<String>> headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    headers.forEach(
        (name, values) ->
            head.append(name).append(": ").append(String.join(", ", values)).append("\r\n"));
    return ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
