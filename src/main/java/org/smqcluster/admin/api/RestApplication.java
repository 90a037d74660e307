package org.smqcluster.admin.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** The REST interface for administration, the same from every node. */
@ApplicationPath("/api")
@OpenAPIDefinition(
    info =
        @Info(
            title = "SMQ broker cluster",
            version = "1",
            description =
                "Central administration of the whole cluster; every node gives the same answers."
                    + " Errors are problem documents (RFC 9457)."))
public class RestApplication extends Application {}
