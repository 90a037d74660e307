package org.smqcluster.admin.problem;

import jakarta.json.JsonException;
import jakarta.json.bind.JsonbException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.cluster.NodeRequests;

/** Turns whatever fails into a problem document; a defect's details go to the log alone. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());

  @Override
  public Response toResponse(Throwable failure) {
    if (failure instanceof WebApplicationException refused) {
      Response response = refused.getResponse();
      return response.hasEntity()
          ? response
          : Response.fromResponse(response)
              .type(Problem.MEDIA_TYPE)
              .entity(Problem.of(response.getStatusInfo(), refused.getMessage()))
              .build();
    }
    Throwable cause = NodeCalls.cause(failure);
    if (cause != failure) {
      return toResponse(cause);
    }
    if (failure instanceof NodeRequests.Failed) {
      return Problem.of(Status.BAD_GATEWAY, "Another node failed: " + failure.getMessage() + ".")
          .response();
    }
    if (failure instanceof ProcessingException || isJson(failure)) {
      return Problem.of(Status.BAD_REQUEST, "The request's body is not the JSON that is expected.")
          .response();
    }
    LOG.log(Level.ERROR, "A request to the REST interface failed", failure);
    return Problem.of(Status.INTERNAL_SERVER_ERROR, "The node's log says more.").response();
  }

  private static boolean isJson(Throwable failure) {
    return failure instanceof JsonbException || failure instanceof JsonException;
  }
}
