package org.smqcluster.admin.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.Status;

/** A request that cannot be carried out; the client is told why in a {@link Problem}. */
public final class Refused extends WebApplicationException {

  private static final long serialVersionUID = 1L;

  private Refused(Status status, String detail) {
    super(detail, Problem.of(status, detail).response());
  }

  /** The request is not as it should be. */
  public static Refused badRequest(String detail) {
    return new Refused(Status.BAD_REQUEST, detail);
  }

  /** There is no such thing. */
  public static Refused notFound(String detail) {
    return new Refused(Status.NOT_FOUND, detail);
  }

  /** The request is longer than makes sense. */
  public static Refused tooLarge(int max) {
    return new Refused(Status.REQUEST_ENTITY_TOO_LARGE, "A request has " + max + " bytes at most.");
  }

  /** What is there does not allow it. */
  public static Refused conflict(String detail) {
    return new Refused(Status.CONFLICT, detail);
  }

  /** It cannot be done now. */
  public static Refused unavailable(String detail) {
    return new Refused(Status.SERVICE_UNAVAILABLE, detail);
  }
}
