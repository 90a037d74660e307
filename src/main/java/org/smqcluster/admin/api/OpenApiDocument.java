package org.smqcluster.admin.api;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.smqcluster.admin.access.AdminMechanism;

/**
 * Serves the OpenAPI document that the build made, as YAML, or as JSON where the request asks for
 * it, in place of the server's own, which no validator takes. Thread-safe.
 */
@WebServlet("/openapi")
public class OpenApiDocument extends HttpServlet {

  private static final long serialVersionUID = 1L;

  /** The address in the document as the build writes it; becomes that of the application. */
  private static final String SERVER = "/context-root";

  /** The cookie in the document as the build writes it; becomes that of the cluster. */
  static final String COOKIE = "smq-admin-cluster";

  @Inject private transient AdminMechanism mechanism;

  private transient String asJson;
  private transient String asYaml;

  /** Both are made before the first request, and do not change. */
  @Override
  public void init() throws ServletException {
    try {
      asJson = read("openapi.json");
      asYaml = read("openapi.yaml");
    } catch (IOException e) {
      throw new ServletException(e);
    }
  }

  private String read(String resource) throws IOException {
    String root = getServletContext().getContextPath();
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace(SERVER, root.isEmpty() ? "/" : root)
          .replace(COOKIE, mechanism.cookie());
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String format = request.getParameter("format");
    String accepted = request.getHeader("Accept");
    boolean json =
        format == null
            ? accepted != null && accepted.contains("application/json")
            : format.equalsIgnoreCase("json");
    response.setContentType(json ? "application/json" : "application/yaml");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.setHeader("Vary", "Accept");
    response.getWriter().write(json ? asJson : asYaml);
  }
}
