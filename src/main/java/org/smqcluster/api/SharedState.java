package org.smqcluster.api;

import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names an injected {@link SharedMap}. Injection points of one name share one map and must agree in
 * the type of its values and in all elements; if not, the deployment fails.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface SharedState {

  /** The map's name, the same on all nodes: 1 to 64 letters, digits, dots. */
  @Nonbinding
  String value();

  /** What makes bytes of values; a public class with a constructor without parameters. */
  @Nonbinding
  Class<? extends SharedCodec<?>> codec() default SharedCodec.JsonBinding.class;

  /** Bound of the number of entries; {@link SharedMap#put} of one more fails. */
  @Nonbinding
  int maxEntries() default 10_000;

  /** Bound of the bytes of all keys and encoded values on each node. */
  @Nonbinding
  long maxBytes() default 16L * 1024 * 1024;
}
