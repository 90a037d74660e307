package org.smqcluster.admin;

import java.util.Map;
import org.smqcluster.testing.SharedTestCluster;
import org.smqcluster.testing.TestCluster;

/** Two nodes that know the users of {@link AdminApi}. */
public final class SharedAdminCluster extends SharedTestCluster {

  @Override
  protected TestCluster start() {
    return TestCluster.start(
        2,
        node ->
            node.properties(AdminApi.USERS).properties(Map.of("smq.last.value", "/admin/last")));
  }
}
