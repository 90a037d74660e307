package org.smqcluster.admin.problem;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.Response.StatusType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a browser shows where a request fails outside the REST interface, in place of the server's
 * own page, which names its version; below {@code /api} a problem document. {@code web.xml} names
 * it as the page of all errors. Thread-safe.
 */
public class ErrorPage extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final Jsonb JSONB = JsonbBuilder.create();

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%1$s · SMQ cluster</title>
      <link rel="icon" href="%3$s/favicon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="%3$s/shared/base.css">
      </head>
      <body>
      <main class="card alone">
      <h1>%1$s</h1>
      <p>%2$s</p>
      <p><a href="%3$s/">To the pages of the cluster</a></p>
      </main>
      </body>
      </html>
      """;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    boolean failed = request.getDispatcherType() == DispatcherType.ERROR && code != null;
    int status = failed ? (Integer) code : HttpServletResponse.SC_NOT_FOUND;
    Problem problem = Problem.of(type(status), detail(request, status));
    String path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
    response.setStatus(status);
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    if (path.startsWith(request.getContextPath() + "/api/")) {
      response.setContentType(Problem.MEDIA_TYPE);
      response.getWriter().write(JSONB.toJson(problem));
    } else {
      response.setContentType("text/html");
      response
          .getWriter()
          .write(
              PAGE.formatted(
                  problem.title(), escaped(problem.detail()), escaped(request.getContextPath())));
    }
  }

  /**
   * The reason given by the code that refused the request; messages of internal errors stay in the
   * log.
   */
  private static String detail(HttpServletRequest request, int status) {
    return Optional.ofNullable(request.getAttribute(RequestDispatcher.ERROR_MESSAGE))
        .map(Object::toString)
        .filter(text -> status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR)
        .filter(text -> !text.isEmpty() && !text.equals(type(status).getReasonPhrase()))
        .orElseGet(() -> general(status));
  }

  private static String general(int status) {
    return switch (status) {
      case HttpServletResponse.SC_FORBIDDEN -> "This address is not for you.";
      case HttpServletResponse.SC_NOT_FOUND -> "There is nothing at this address.";
      case HttpServletResponse.SC_METHOD_NOT_ALLOWED, HttpServletResponse.SC_NOT_IMPLEMENTED ->
          "This address does not take requests of this method.";
      case HttpServletResponse.SC_SERVICE_UNAVAILABLE -> "The node is busy. Try again soon.";
      default ->
          status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR
              ? "The node cannot serve this request."
              : "The node failed; its log says more.";
    };
  }

  private static StatusType type(int status) {
    return Optional.<StatusType>ofNullable(Status.fromStatusCode(status))
        .orElse(
            status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR
                ? Status.BAD_REQUEST
                : Status.INTERNAL_SERVER_ERROR);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
