package org.smqcluster.admin;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.smqcluster.testing.TestCluster;

/**
 * As {@link org.smqcluster.testing.SharedCluster}, with two nodes that know the users of {@link
 * AdminApi}.
 */
public final class SharedAdminCluster implements BeforeAllCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SharedAdminCluster.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    cluster(context).restore();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return cluster(context);
  }

  private static TestCluster cluster(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            TestCluster.class,
            type ->
                TestCluster.start(
                    2,
                    node ->
                        node.properties(AdminApi.USERS)
                            .properties(Map.of("smq.last.value", "/admin/last"))),
            TestCluster.class);
  }
}
