package org.smqcluster.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.smqcluster.config.AddressRange;
import org.smqcluster.config.IpAddresses;
import org.smqcluster.config.ProxyKeys;
import org.smqcluster.config.ProxyKeys.ForwardingHeader;
import org.smqcluster.config.Settings;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.protocol.AddressText;

/**
 * The proxies of {@code smq.proxy.trusted}, and what they say about clients. Of several addresses
 * in a header, the client's is the last one that is not a trusted proxy's: the client may have sent
 * those before it itself. Thread-safe.
 */
public final class TrustedProxies {

  /** No proxy is trusted. */
  public static final TrustedProxies NONE = new TrustedProxies(Settings.defaults());

  private static final LimitedLog LOG = new LimitedLog(TrustedProxies.class);

  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final List<AddressRange> trusted;
  private final ForwardingHeader header;
  private final boolean protocol;
  private final LongAdder refused = new LongAdder();

  public TrustedProxies(Settings settings) {
    trusted = settings.get(ProxyKeys.TRUSTED);
    header = settings.get(ProxyKeys.HEADER);
    protocol = settings.get(ProxyKeys.PROTOCOL);
  }

  public boolean contains(InetAddress address) {
    return trusted.stream().anyMatch(each -> each.contains(address));
  }

  /** Whether a connection to a device port begins with a header of the PROXY protocol. */
  public boolean speakProxyProtocol(InetAddress peer) {
    return protocol && contains(peer);
  }

  /**
   * The request as its client sent it; the same if it comes from no proxy.
   *
   * @throws UnknownClientException if the client is not known
   */
  public HttpServletRequest asSent(HttpServletRequest request) throws UnknownClientException {
    if (trusted.isEmpty()) {
      return request;
    }
    Optional<InetAddress> peer = IpAddresses.parse(request.getRemoteAddr());
    if (peer.isEmpty()) {
      return request;
    }
    Optional<ForwardedClient> client =
        client(peer.get(), name -> Collections.list(request.getHeaders(name)));
    return client.isPresent() ? new ProxiedRequest(request, client.get()) : request;
  }

  /**
   * The same for a filter; empty if the client is not known, which is answered with 400, counted
   * and logged.
   *
   * @param response to the request
   */
  public Optional<HttpServletRequest> asSent(
      HttpServletRequest request, HttpServletResponse response) throws IOException {
    try {
      return Optional.of(asSent(request));
    } catch (UnknownClientException e) {
      countRefused(InetAddress.getByName(request.getRemoteAddr()), e.reason());
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The client of an HTTP request; empty if it is the peer itself.
   *
   * @param headers the values of a header, in their order
   * @throws UnknownClientException if the client is not known
   */
  public Optional<ForwardedClient> client(
      InetAddress peer, Function<String, ? extends Iterable<String>> headers)
      throws UnknownClientException {
    if (!contains(peer)) {
      return Optional.empty();
    }
    List<ForwardedElement> elements = elements(headers);
    for (int i = elements.size() - 1; i >= 0; i--) {
      ForwardedElement element = elements.get(i);
      Optional<InetAddress> address = element.address();
      if (address.isEmpty()) {
        throw new UnknownClientException("\"" + element.client() + "\" is not an IP address");
      }
      if (i == 0 || !contains(address.get())) {
        return Optional.of(client(address.get(), element));
      }
    }
    return Optional.empty();
  }

  private static ForwardedClient client(InetAddress address, ForwardedElement element) {
    Optional<String> scheme =
        Optional.of(element.scheme().toLowerCase(Locale.ROOT)).filter(SCHEMES::contains);
    return new ForwardedClient(
        address,
        element.port(),
        scheme,
        Optional.of(element.host()).filter(host -> !host.isEmpty()));
  }

  private List<ForwardedElement> elements(Function<String, ? extends Iterable<String>> headers)
      throws UnknownClientException {
    if (header == ForwardingHeader.X_FORWARDED) {
      return ForwardedElement.ofXForwarded(
          join(headers, "X-Forwarded-For"),
          join(headers, "X-Forwarded-Proto"),
          join(headers, "X-Forwarded-Host"));
    }
    String value = join(headers, "Forwarded");
    Optional<List<ForwardedElement>> elements = ForwardedElement.ofForwarded(value);
    if (elements.isEmpty()) {
      throw new UnknownClientException("the header Forwarded is malformed: " + value);
    }
    return elements.get();
  }

  private static String join(Function<String, ? extends Iterable<String>> headers, String name) {
    return String.join(", ", headers.apply(name));
  }

  /**
   * Counts and logs a header of a trusted proxy that cannot be used.
   *
   * @param why may have text from a peer
   */
  public void countRefused(InetAddress proxy, String why) {
    refused.increment();
    LOG.log(
        Level.WARNING,
        "Refused a request or connection of proxy {0}, because the client is unknown: {1}. See"
            + " server-config/proxy, smq.proxy.header and smq.proxy.protocol.",
        AddressText.of(proxy),
        why);
  }

  /** Requests and connections of trusted proxies that were refused since the start. */
  public long refused() {
    return refused.sum();
  }
}
