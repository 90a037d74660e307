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
import org.smqcluster.config.SecurityKeys.TlsClientAuth;
import org.smqcluster.security.TlsKeys;

/**
 * TLS 1.2 and 1.3 for a device port, by BoringSSL where its native library runs, else by the JDK.
 * Each connection gets the context of the moment: certificates may change while the port is open.
 * Thread-safe.
 */
public final class RawPortTls implements Supplier<SslContext> {

  private static final Logger LOG = System.getLogger(RawPortTls.class.getName());

  private record Prepared(TlsKeys keys, SslContext context) {}

  private final Supplier<TlsKeys> keys;
  private final ClientAuth clientAuth;
  private final SslProvider provider;
  private volatile Prepared prepared;

  /**
   * Prepares TLS.
   *
   * @param keys the node's keys, not equal to those before when its certificate has changed
   * @param clientAuth whether clients show certificates
   */
  public RawPortTls(Supplier<TlsKeys> keys, TlsClientAuth clientAuth) {
    this(keys, clientAuth, isNative() ? SslProvider.OPENSSL : SslProvider.JDK);
    if (!isNative()) {
      LOG.log(
          Level.INFO,
          "TLS of the device port is served by Java's own engine, which is slower to connect:"
              + " BoringSSL does not load here ({0})",
          OpenSsl.unavailabilityCause().getMessage());
    }
  }

  RawPortTls(Supplier<TlsKeys> keys, TlsClientAuth clientAuth, SslProvider provider) {
    this.keys = keys;
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
    TlsKeys newest = keys.get();
    Prepared known = prepared;
    if (known == null || !known.keys().equals(newest)) {
      known = new Prepared(newest, prepare(newest));
      prepared = known;
    }
    return known.context();
  }

  private SslContext prepare(TlsKeys used) {
    try {
      return SslContextBuilder.forServer(used.own())
          .trustManager(used.clients())
          .clientAuth(clientAuth)
          .sslProvider(provider)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot use the key: " + e.getMessage(), e);
    }
  }
}
