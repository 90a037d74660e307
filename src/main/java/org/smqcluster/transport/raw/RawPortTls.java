package org.smqcluster.transport.raw;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.smqcluster.config.TlsClientAuth;

/**
 * TLS 1.2 and 1.3 for a device port, by BoringSSL where its native library runs, else by the JDK.
 * Each connection gets the context of the moment: certificates may change while the port is open.
 * Thread-safe.
 */
public final class RawPortTls implements Supplier<SslContext> {

  /**
   * What the port shows and accepts.
   *
   * @param own the node's key with its certificate chain
   * @param clients decides on the certificates that clients show
   */
  public record Identity(X509KeyManager own, X509TrustManager clients) {}

  private static final Logger LOG = System.getLogger(RawPortTls.class.getName());

  private record Prepared(Identity identity, SslContext context) {}

  private final Supplier<Identity> identities;
  private final ClientAuth clientAuth;
  private final SslProvider provider;
  private volatile Prepared prepared;

  /**
   * Prepares TLS.
   *
   * @param identities the node's identity, one that is not equal when its certificate has changed
   * @param clientAuth whether clients show certificates
   */
  public RawPortTls(Supplier<Identity> identities, TlsClientAuth clientAuth) {
    this(identities, clientAuth, isNative() ? SslProvider.OPENSSL : SslProvider.JDK);
    if (!isNative()) {
      LOG.log(
          Level.INFO,
          "TLS of the device port is served by Java's own engine, which is slower to connect:"
              + " BoringSSL does not load here ({0})",
          OpenSsl.unavailabilityCause().getMessage());
    }
  }

  RawPortTls(Supplier<Identity> identities, TlsClientAuth clientAuth, SslProvider provider) {
    this.identities = identities;
    this.clientAuth =
        switch (clientAuth) {
          case NONE -> ClientAuth.NONE;
          case WANT -> ClientAuth.OPTIONAL;
          case NEED -> ClientAuth.REQUIRE;
        };
    this.provider = provider;
  }

  /** Whether BoringSSL's library runs here. */
  static boolean isNative() {
    return OpenSsl.isAvailable();
  }

  /**
   * The context for the next connection.
   *
   * @throws IllegalStateException if the key is not one that TLS can use
   */
  @Override
  public SslContext get() {
    Identity newest = identities.get();
    Prepared known = prepared;
    if (known == null || !known.identity().equals(newest)) {
      known = new Prepared(newest, prepare(newest));
      prepared = known;
    }
    return known.context();
  }

  private SslContext prepare(Identity identity) {
    try {
      return SslContextBuilder.forServer(identity.own())
          .trustManager(identity.clients())
          .clientAuth(clientAuth)
          .sslProvider(provider)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot use the key: " + e.getMessage(), e);
    }
  }
}
