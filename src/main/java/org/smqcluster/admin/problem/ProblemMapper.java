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
import java.util.TreeSet;
import org.smqcluster.cluster.NodeRequests;
import org.smqcluster.log.Causes;

/** Turns whatever fails into a problem document; a defect's details go to the log alone. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());

  @Override
  public Response toResponse(Throwable thrown) {
    Throwable failure = Causes.unwrapped(thrown);
    if (failure instanceof WebApplicationException refused) {
      Response response = refused.getResponse();
      return response.hasEntity()
          ? response
          : Response.fromResponse(response)
              .type(Problem.MEDIA_TYPE)
              .entity(Problem.of(response.getStatusInfo(), detail(refused, response)))
              .build();
    }
    if (failure instanceof NodeRequests.Failed) {
      return Problem.of(Status.BAD_GATEWAY, "Another node failed: " + failure.getMessage() + ".")
          .response();
    }
    if (failure instanceof ProcessingException
        || failure instanceof JsonbException
        || failure instanceof JsonException) {
      return Problem.of(Status.BAD_REQUEST, "The request's body is not the JSON that is expected.")
          .response();
    }
    LOG.log(Level.ERROR, "A request to the REST interface failed", failure);
    return Problem.of(Status.INTERNAL_SERVER_ERROR, "The node's log says more.").response();
  }

  /** In place of the name of the status, which is all that Jakarta REST says of these. */
  private static String detail(WebApplicationException refused, Response response) {
    return switch (response.getStatusInfo().toEnum()) {
      case NOT_FOUND -> "There is nothing at this path; /openapi describes all that there is.";
      case METHOD_NOT_ALLOWED ->
          "This path takes "
              + String.join(", ", new TreeSet<>(response.getAllowedMethods()))
              + " only.";
      case NOT_ACCEPTABLE -> "The answer has none of the media types in Accept; see /openapi.";
      case UNSUPPORTED_MEDIA_TYPE -> "The request's body must be application/json.";
      default -> refused.getMessage();
    };
  }
}
