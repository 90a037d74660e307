package org.smqcluster.security;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.config.Settings;

/** Produces the configured authentication and authorization, of clients and administrators. */
@ApplicationScoped
public class SecurityBeans {

  private final AccessControl accessControl;

  /** For the container's proxy. */
  protected SecurityBeans() {
    accessControl = null;
  }

  /** Reads all files that the configuration names. */
  @Inject
  public SecurityBeans(Settings settings, BeanManager beans) {
    boolean others =
        beans.getBeans(Authenticator.class, Any.Literal.INSTANCE).stream()
            .anyMatch(bean -> bean.getBeanClass() != SecurityBeans.class);
    accessControl = new AccessControl(settings, others);
  }

  @Produces
  @Singleton
  AccessControl accessControl() {
    return accessControl;
  }

  @Produces
  @Singleton
  Authenticator authenticator() {
    return accessControl.authenticator();
  }

  @Produces
  @Singleton
  TopicPolicy topicPolicy() {
    return accessControl.topicPolicy();
  }

  @Produces
  @Singleton
  TopicPolicy tokenPolicy() {
    return accessControl.tokenPolicy();
  }

  @Produces
  @Singleton
  BrokerListener liveClients() {
    return accessControl.listener();
  }

  /** The proxies of the configuration. */
  @Produces
  @Singleton
  TrustedProxies proxies(Settings settings) {
    return new TrustedProxies(settings);
  }

  @Produces
  @Singleton
  Administrators administrators(Settings settings) {
    return new Administrators(settings);
  }

  void close(@Disposes Administrators administrators) {
    administrators.close();
  }

  /** Administrators' login server, if the configuration names one. */
  @Produces
  @Singleton
  Optional<OidcLogin> oidc(Settings settings) {
    return OidcLogin.of(settings);
  }

  @PreDestroy
  void close() {
    accessControl.close();
  }
}
