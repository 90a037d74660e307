package org.smqcluster.admin;

import java.nio.file.Path;
import java.util.UUID;
import org.smqcluster.testing.SharedTestCluster;
import org.smqcluster.testing.TestCluster;

/** Two nodes that know the users of {@link AdminApi}. */
public final class SharedAdminCluster extends SharedTestCluster {

  private static final String RUN = UUID.randomUUID().toString();

  /** The {@code smq.state.directory} of a node. */
  static Path stateOf(String node) {
    return Path.of("target", "state-" + RUN, node).toAbsolutePath();
  }

  @Override
  protected TestCluster start() {
    return TestCluster.start(
        2,
        node ->
            node.properties(AdminApi.USERS)
                .property("smq.last.value", "/admin/last")
                .property("smq.state.directory", stateOf(node.name()).toString()));
  }
}
