package org.smqcluster.admin.problem;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What went wrong, as RFC 9457 says it.
 *
 * @param title the kind of problem
 * @param status the HTTP status
 * @param detail what to do about it
 */
@Schema(name = "Problem", description = "What went wrong (RFC 9457)")
public record Problem(
    @Schema(example = "Not Found") String title,
    @Schema(example = "404") int status,
    @Schema(example = "No client has the ETID 1234567.") String detail) {

  public static final String MEDIA_TYPE = "application/problem+json";

  /** A problem of the kind that the status names. */
  public static Problem of(Response.StatusType status, String detail) {
    return new Problem(status.getReasonPhrase(), status.getStatusCode(), detail);
  }

  public Response response() {
    return Response.status(status).type(MediaType.valueOf(MEDIA_TYPE)).entity(this).build();
  }
}
