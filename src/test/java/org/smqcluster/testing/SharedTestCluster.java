package org.smqcluster.testing;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes a {@link TestCluster} that all classes of the test run with the same extension
 * share: a start costs many seconds. Use it with {@code @ExtendWith} and a parameter of that type
 * in a constructor or method.
 *
 * <p>Before each class the nodes that have ended are started again. Tests must use UIDs and topics
 * of their own. A test that needs other settings starts a cluster for itself.
 */
public abstract class SharedTestCluster implements BeforeAllCallback, ParameterResolver {

  /** Starts the nodes, once in a test run. */
  protected abstract TestCluster start();

  @Override
  public final void beforeAll(ExtensionContext context) {
    cluster(context).restore();
  }

  @Override
  public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public final TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return cluster(context);
  }

  private TestCluster cluster(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(getClass()))
        .getOrComputeIfAbsent(TestCluster.class, type -> start(), TestCluster.class);
  }
}
