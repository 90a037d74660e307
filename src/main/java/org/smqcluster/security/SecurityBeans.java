package org.smqcluster.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.config.Settings;

/** Produces the configured authentication and authorization, of clients and administrators. */
@ApplicationScoped
public class SecurityBeans {

  /** Reads all files that the configuration names. */
  @Produces
  @Singleton
  AccessControl accessControl(Settings settings, BeanManager beans) {
    boolean others =
        beans.getBeans(Authenticator.class, Any.Literal.INSTANCE).stream()
            .anyMatch(bean -> bean.getBeanClass() != SecurityBeans.class);
    return new AccessControl(settings, others);
  }

  void close(@Disposes AccessControl access) {
    access.close();
  }

  @Produces
  @Singleton
  Authenticator authenticator(AccessControl access) {
    return access.authenticator();
  }

  @Produces
  @Singleton
  TopicPolicy topicPolicy(AccessControl access) {
    return access.topicPolicy();
  }

  @Produces
  @Singleton
  TopicPolicy tokenPolicy(AccessControl access) {
    return access.tokenPolicy();
  }

  @Produces
  @Singleton
  BrokerListener liveClients(AccessControl access) {
    return access.listener();
  }

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
}
