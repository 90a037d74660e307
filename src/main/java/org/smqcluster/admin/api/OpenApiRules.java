package org.smqcluster.admin.api;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.problem.Problem;

/**
 * Completes the OpenAPI document, when the build makes it of the annotations, with what holds for
 * all operations: the roles that may call them, and their error answers. Used by the build alone,
 * on one thread.
 */
public final class OpenApiRules implements OASFilter {

  /**
   * Schemas of requests, which say themselves what they need; those of answers have all members.
   */
  private final Set<String> requests = new HashSet<>();

  @Override
  public Operation filterOperation(Operation operation) {
    String[] method = operation.getOperationId().split("_");
    operation.setOperationId(method[1]);
    if (operation.getRequestBody() != null) {
      operation.getRequestBody().setRequired(true);
      operation.getRequestBody().getContent().getMediaTypes().values().stream()
          .map(each -> each.getSchema().getRef())
          .forEach(requests::add);
    }
    operation.getResponses().getAPIResponses().forEach(OpenApiRules::content);
    if (operation.getParameters() != null || operation.getRequestBody() != null) {
      refusal(operation, "400", "The request is not as it should be");
    }
    if (operation.getRequestBody() != null || role(method[0], method[1]) != Role.PUBLIC) {
      refusal(operation, "403", "The login does not suffice, or the request may be forged");
    }
    if (role(method[0], method[1]) == Role.PUBLIC) {
      operation.setSecurity(List.of());
    } else {
      refusal(operation, "401", "No login, or user and password are wrong");
    }
    refusal(operation, "default", "It cannot be done now, or failed");
    return operation;
  }

  private static Role role(String type, String name) {
    try {
      return Stream.of(Class.forName(type).getDeclaredMethods())
          .filter(method -> method.getName().equals(name))
          .map((Method method) -> method.getAnnotation(Allow.class))
          .filter(allow -> allow != null)
          .findFirst()
          .map(Allow::value)
          .orElse(Role.OPERATOR);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A resource produces both media types; the status tells which one. */
  private static void content(String status, APIResponse response) {
    if (!status.startsWith("2")) {
      response.setContent(problem());
    } else if (response.getContent() != null) {
      response.getContent().removeMediaType(Problem.MEDIA_TYPE);
    }
  }

  private static void refusal(Operation operation, String status, String description) {
    if (!operation.getResponses().hasAPIResponse(status)) {
      operation
          .getResponses()
          .addAPIResponse(
              status, OASFactory.createAPIResponse().description(description).content(problem()));
    }
  }

  private static Content problem() {
    return OASFactory.createContent()
        .addMediaType(
            Problem.MEDIA_TYPE,
            OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    document
        .getComponents()
        .getSchemas()
        .forEach(
            (name, schema) -> {
              if (schema.getProperties() != null) {
                Map.copyOf(schema.getProperties())
                    .forEach((n, type) -> schema.addProperty(n, plain(type)));
                if (!requests.contains("#/components/schemas/" + name)) {
                  schema.setRequired(List.copyOf(schema.getProperties().keySet()));
                }
              }
            });
    gaps(document.getComponents().getSchemas().get("History").getProperties().get("nodes"));
  }

  /** A chart has gaps where a node was not there; annotations cannot say so of a list's items. */
  private static void gaps(Schema nodes) {
    Schema values = nodes.getAdditionalPropertiesSchema().getAdditionalPropertiesSchema();
    values.getItems().setNullable(true);
  }

  /** A reference that has a description is wrapped, which validators cannot look into. */
  private static Schema plain(Schema type) {
    boolean wrapped = type.getAllOf() != null && type.getAllOf().size() == 1;
    return wrapped && !Boolean.TRUE.equals(type.getNullable()) ? type.getAllOf().get(0) : type;
  }
}
