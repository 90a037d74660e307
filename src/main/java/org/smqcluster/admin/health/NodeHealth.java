package org.smqcluster.admin.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.smqcluster.cluster.NodeState;
import org.smqcluster.node.SmqNode;

/**
 * What load balancers and supervisors ask: {@code /health/started} once the node has joined, {@code
 * /health/ready} while it takes clients, {@code /health/live} as long as the process answers and
 * its writes to the cluster's caches end.
 */
@ApplicationScoped
public class NodeHealth {

  @Inject private SmqNode node;

  /** The process answers and is not stuck: all that a restart could repair. */
  @Produces
  @Liveness
  HealthCheck live() {
    return () -> {
      HealthCheckResponseBuilder response =
          HealthCheckResponse.named("smq-node-live").status(!isStuck());
      if (node.isStarted()) {
        response.withData("oldestWriteSeconds", node.cluster().oldestWrite().toSeconds());
      }
      return response.build();
    };
  }

  /** The node has joined, and is not gone. */
  @Produces
  @Startup
  HealthCheck started() {
    return () ->
        HealthCheckResponse.named("smq-node-started")
            .status(state() != null && state() != NodeState.JOINING)
            .build();
  }

  /** The node takes clients: it has joined and does not drain. */
  @Produces
  @Readiness
  HealthCheck ready() {
    return () -> {
      NodeState state = state();
      HealthCheckResponseBuilder response =
          HealthCheckResponse.named("smq-node-ready")
              .status(state == NodeState.READY && !isStuck());
      if (node.isStarted()) {
        response
            .withData("node", node.name())
            .withData("nodes", node.cluster().nodes().size())
            .withData("clients", node.clients());
      }
      return response.withData("state", isStuck() ? "stuck" : name(state)).build();
    };
  }

  private boolean isStuck() {
    return node.isStarted() && node.cluster().isStuck();
  }

  private NodeState state() {
    return node.isStarted() ? node.state() : null;
  }

  private static String name(NodeState state) {
    return state == null ? "starting" : state.name().toLowerCase(Locale.ROOT);
  }
}
