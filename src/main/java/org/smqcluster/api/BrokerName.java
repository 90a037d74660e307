package org.smqcluster.api;

import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Selects one of the brokers that {@code smq.brokers} names, for an injected {@link SmqClient},
 * {@link org.smqcluster.broker.spi.Broker} or {@link org.smqcluster.broker.spi.TopicRegistry}.
 * Without it, the first.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface BrokerName {

  /** The name in {@code smq.brokers}; one that is not there fails at the first use. */
  @Nonbinding
  String value();
}
