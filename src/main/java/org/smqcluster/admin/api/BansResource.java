package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.audit.AuditFilter.Audited;
import org.smqcluster.admin.bans.Ban;
import org.smqcluster.admin.bans.Bans;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.config.IpAddresses;
import org.smqcluster.log.Causes;
import org.smqcluster.protocol.AddressText;

/** Clients that may not connect to any node. */
@Path("bans")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Clients")
public class BansResource {

  private static final int MAX_VALUE = 1024;
  private static final int MAX_REASON = 200;
  private static final long MAX_SECONDS = 10L * 365 * 24 * 3600;

  @Inject private Bans bans;

  @Schema(name = "Ban", description = "Clients that may not connect")
  public record View(
      @Schema(description = "uid, user or address", example = "uid") String kind,
      @Schema(example = "led-0a1b2c") String value,
      @Schema(description = "When it ends; null for never", nullable = true) Instant until,
      @Schema(example = "floods /m2m/temp") String reason,
      @Schema(description = "The administrator", example = "admin") String by,
      Instant since) {

    static View of(Ban ban) {
      return new View(
          ban.kind().name().toLowerCase(Locale.ROOT),
          ban.value(),
          ban.until(),
          ban.reason(),
          ban.by(),
          ban.since());
    }
  }

  @Schema(name = "Bans", description = "A part of the list of bans")
  public record BanPage(
      @Schema(description = "How many there are", example = "1") int total,
      @Schema(description = "The latest first") List<View> items) {}

  @Schema(name = "BanRequest", description = "How a ban shall be")
  public record Request(
      @Schema(
              description = "How long, in seconds; for good if not given",
              nullable = true,
              example = "3600")
          Long seconds,
      @Schema(description = "200 characters at most", nullable = true, example = "floods /m2m/temp")
          String reason)
      implements Audited {

    @Override
    public String parameters() {
      String time = seconds == null ? "for good" : "seconds=" + seconds;
      return reason == null ? time : time + ", reason=" + reason;
    }
  }

  @GET
  @Allow(Role.VIEWER)
  @Operation(summary = "The bans", description = "Those that hold, the latest first.")
  @APIResponse(responseCode = "200", description = "A page, and how many there are")
  public BanPage bans(@BeanParam PageQuery page) {
    List<View> all =
        bans.all().stream()
            .sorted(Comparator.comparing(Ban::since).reversed().thenComparing(Ban::value))
            .map(View::of)
            .toList();
    return new BanPage(all.size(), page.of(all));
  }

  @PUT
  @Allow(Role.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Ban clients by UID, user or IP address",
      description =
          "They may not connect to any node, and those that are connected are closed within a"
              + " second. A ban of the same value is replaced. For operators.")
  @APIResponse(responseCode = "200", description = "All nodes know")
  @APIResponse(responseCode = "409", description = "There is no room for more bans")
  public CompletionStage<View> ban(
      @Parameter(description = "uid, user or address", required = true, example = "uid")
          @QueryParam("kind")
          String kind,
      @Parameter(
              description = "The UID as it is shown, the user's name, or the IP address",
              required = true,
              example = "led-0a1b2c")
          @QueryParam("value")
          String value,
      Request request,
      @Context SecurityContext security) {
    Long seconds = request == null ? null : request.seconds();
    String reason = request == null || request.reason() == null ? "" : request.reason();
    if (seconds != null && (seconds < 1 || seconds > MAX_SECONDS)) {
      throw ApiException.badRequest("seconds must be from 1 to " + MAX_SECONDS + ".");
    } else if (reason.length() > MAX_REASON) {
      throw ApiException.badRequest("reason has " + MAX_REASON + " characters at most.");
    }
    Ban.Kind itsKind = Parameters.oneOf(Ban.Kind.class, "kind", kind == null ? "" : kind);
    String itsValue = value(itsKind, value);
    Instant now = Instant.now();
    Ban ban =
        new Ban(
            itsKind,
            itsValue,
            seconds == null ? null : now.plusSeconds(seconds),
            reason,
            Administrator.name(security),
            now);
    return bans.put(ban).handle((done, failure) -> made(ban, failure));
  }

  private static View made(Ban ban, Throwable failure) {
    if (failure == null) {
      return View.of(ban);
    } else if (Causes.unwrapped(failure) instanceof SharedRecords.FullException) {
      throw ApiException.conflict(
          "There is no room for this ban: all nodes keep "
              + Bans.MAX_BANS
              + " bans of "
              + Bans.MAX_BYTES
              + " bytes at most. End bans that are no longer needed, or give shorter reasons.");
    }
    throw new CompletionException(Causes.unwrapped(failure));
  }

  @DELETE
  @Allow(Role.OPERATOR)
  @Operation(summary = "End a ban", description = "For operators.")
  @APIResponse(responseCode = "204", description = "All nodes know")
  @APIResponse(responseCode = "404", description = "There is no such ban")
  public CompletionStage<Response> unban(
      @Parameter(description = "uid, user or address", required = true, example = "uid")
          @QueryParam("kind")
          String kind,
      @Parameter(description = "As it was banned", required = true, example = "led-0a1b2c")
          @QueryParam("value")
          String value) {
    Ban.Kind itsKind = Parameters.oneOf(Ban.Kind.class, "kind", kind == null ? "" : kind);
    return bans.find(itsKind, value(itsKind, value))
        .map(bans::remove)
        .orElseThrow(
            () -> ApiException.notFound("There is no ban of the " + kind + " " + value + "."))
        .thenApply(done -> Response.noContent().build());
  }

  private static String value(Ban.Kind kind, String value) {
    if (value == null || value.isEmpty() || value.length() > MAX_VALUE) {
      throw ApiException.badRequest("value has 1 to " + MAX_VALUE + " characters.");
    } else if (kind != Ban.Kind.ADDRESS) {
      return value;
    }
    return IpAddresses.parse(value)
        .map(AddressText::of)
        .orElseThrow(() -> ApiException.badRequest("value must be an IP address."));
  }
}
