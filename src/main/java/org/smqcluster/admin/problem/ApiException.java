package org.smqcluster.admin.problem;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.Status;

/** A request that cannot be carried out; the client is told why in a {@link Problem}. */
public final class ApiException extends WebApplicationException {

  private static final long serialVersionUID = 1L;

  private ApiException(Status status, String detail) {
    super(detail, Problem.of(status, detail).response());
  }

  /** The request is not as it should be. */
  public static ApiException badRequest(String detail) {
    return new ApiException(Status.BAD_REQUEST, detail);
  }

  /** The request is not allowed: status 403. */
  public static ApiException forbidden(String detail) {
    return new ApiException(Status.FORBIDDEN, detail);
  }

  /** There is no such thing. */
  public static ApiException notFound(String detail) {
    return new ApiException(Status.NOT_FOUND, detail);
  }

  /** The request is longer than its limit. */
  public static ApiException tooLarge(int max) {
    return new ApiException(
        Status.REQUEST_ENTITY_TOO_LARGE, "A request has " + max + " bytes at most.");
  }

  /** The request contradicts the current state: status 409. */
  public static ApiException conflict(String detail) {
    return new ApiException(Status.CONFLICT, detail);
  }

  /** The node cannot do it now: status 503. */
  public static ApiException unavailable(String detail) {
    return new ApiException(Status.SERVICE_UNAVAILABLE, detail);
  }
}
