package org.smqcluster.transport.raw;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.smqcluster.config.TlsClientAuth;

/**
 * TLS 1.2 and 1.3 for a device port, by the JDK's provider. Each connection gets the context of the
 * moment: certificates may change while the port is open. Thread-safe.
 */
public final class RawPortTls implements Supplier<SslContext> {

  private record Prepared(SSLContext context, SslContext forNetty) {}

  private final Supplier<SSLContext> contexts;
  private final ClientAuth clientAuth;
  private volatile Prepared prepared;

  /**
   * Prepares TLS.
   *
   * @param contexts the node's TLS context, another one when its certificate has changed
   * @param clientAuth whether clients show certificates
   */
  public RawPortTls(Supplier<SSLContext> contexts, TlsClientAuth clientAuth) {
    this.contexts = contexts;
    this.clientAuth =
        switch (clientAuth) {
          case NONE -> ClientAuth.NONE;
          case WANT -> ClientAuth.OPTIONAL;
          case NEED -> ClientAuth.REQUIRE;
        };
  }

  @Override
  public SslContext get() {
    SSLContext newest = contexts.get();
    Prepared known = prepared;
    if (known == null || known.context() != newest) {
      known = new Prepared(newest, prepare(newest));
      prepared = known;
    }
    return known.forNetty();
  }

  private SslContext prepare(SSLContext context) {
    return new JdkSslContext(
        context,
        false,
        null,
        IdentityCipherSuiteFilter.INSTANCE_DEFAULTING_TO_SUPPORTED_CIPHERS,
        ApplicationProtocolConfig.DISABLED,
        clientAuth,
        new String[] {"TLSv1.3", "TLSv1.2"},
        false);
  }
}
