package org.smqcluster.admin.api;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.node.SmqNode;

/** While the node starts or stops there is nothing to administer. */
@Provider
public class StartedFilter implements ContainerRequestFilter {

  @Inject private SmqNode node;

  @Override
  public void filter(ContainerRequestContext request) {
    if (!node.isStarted()) {
      throw ApiException.unavailable("This node is not started yet, or it stops.");
    }
  }
}
