package org.smqcluster.security;

import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes an {@link HttpsNode} or an {@link AccessNode} that all classes of the test run
 * share: a start costs many seconds.
 */
final class SharedSecurityNodes implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SharedSecurityNodes.class);

  private static final Map<Class<?>, Supplier<AutoCloseable>> NODES =
      Map.of(HttpsNode.class, HttpsNode::start, AccessNode.class, AccessNode::start);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return NODES.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            parameter.getParameter().getType(), type -> NODES.get(type).get(), AutoCloseable.class);
  }
}
