package org.smqcluster.api;

import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which of a node's brokers an injected {@link SmqClient} belongs to, where {@code
 * smq.brokers} names several. Without it, the first.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface BrokerName {

  /** The name in {@code smq.brokers}. */
  @Nonbinding
  String value();
}
