package org.smqcluster.testing;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes a {@link TestCluster} of two nodes that all classes of the test run share: a
 * start costs many seconds. Use it with {@code @ExtendWith(SharedCluster.class)} and a parameter of
 * that type in a constructor or method.
 *
 * <p>Before each class the nodes that have ended are started again. Tests must use UIDs and topics
 * of their own. A test that needs other settings starts a cluster for itself.
 */
public final class SharedCluster implements BeforeAllCallback, ParameterResolver {

  /** Where proxies in front of the nodes come from; all others are clients. */
  public static final String PROXY = "127.0.0.9";

  private static final Map<String, String> BEHIND_PROXY =
      Map.of("smq.proxy.trusted", PROXY, "smq.proxy.protocol", "true");

  private static final Namespace NAMESPACE = Namespace.create(SharedCluster.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    cluster(context).restore();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return cluster(context);
  }

  private static TestCluster cluster(ExtensionContext context) {
    Store store = context.getRoot().getStore(NAMESPACE);
    return store.getOrComputeIfAbsent(
        TestCluster.class, type -> TestCluster.start(2, BEHIND_PROXY), TestCluster.class);
  }
}
