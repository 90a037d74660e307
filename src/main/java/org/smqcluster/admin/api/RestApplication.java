package org.smqcluster.admin.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeIn;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.servers.Server;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.events.AdminEvent;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.admin.trace.TracedPacket;

/** The REST interface for administration, the same from every node. */
@ApplicationPath("/api")
@OpenAPIDefinition(
    info =
        @Info(
            title = "SMQ broker cluster",
            version = "1",
            description =
                "Central administration of the whole cluster; every node gives the same answers."
                    + " Errors are problem documents (RFC 9457). Names that are not printable text"
                    + " are written 0x and their bytes as hexadecimal digits, in answers and in"
                    + " requests. Requests with the cookie that change something need the header"
                    + " X-Requested-By."),
    servers = @Server(url = "/context-root", description = "The node that serves this document"),
    security = {@SecurityRequirement(name = "basic"), @SecurityRequirement(name = "cookie")},
    tags = {
      @Tag(name = "Clients", description = "Connected clients"),
      @Tag(name = "Cluster", description = "The nodes"),
      @Tag(name = "Devices", description = "The LED devices"),
      @Tag(name = "Live", description = "Server-Sent Events"),
      @Tag(name = "Session", description = "Logging in and out of the console"),
      @Tag(name = "Topics", description = "What is published and subscribed to"),
    },
    components =
        @Components(
            schemas = {
              @Schema(name = "Problem", implementation = Problem.class),
              @Schema(name = "Event", implementation = AdminEvent.class),
              @Schema(name = "TracedPacket", implementation = TracedPacket.class)
            },
            securitySchemes = {
              @SecurityScheme(
                  securitySchemeName = "basic",
                  type = SecuritySchemeType.HTTP,
                  scheme = "basic",
                  description = "An administrator's user and password: for scripts"),
              @SecurityScheme(
                  securitySchemeName = "cookie",
                  type = SecuritySchemeType.APIKEY,
                  in = SecuritySchemeIn.COOKIE,
                  apiKeyName = OpenApiDocument.COOKIE,
                  description = "What POST /api/session sets: for browsers")
            }))
public class RestApplication extends Application {

  /** No WADL: the document at /openapi describes the interface. */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of("jersey.config.server.wadl.disableWadl", true);
  }
}
