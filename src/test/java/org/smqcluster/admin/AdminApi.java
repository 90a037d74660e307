package org.smqcluster.admin;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.smqcluster.testing.NodeProcess;

/** The REST interface of a node, as a script would use it. */
public final class AdminApi {

  /** Of all users below. */
  public static final String PASSWORD = "test-password";

  private static final String HASH =
      "pbkdf2-sha512:210000:D8JIpBZLyFdAB4YYZCNIUA==:/Oc9S1uHDo/nysddPDZJWe7qeW2PAFzZMWJuVYkwIoM=";

  /** Names two users: admin, an operator, and eve, a viewer. */
  public static final Map<String, String> USERS =
      Map.of(
          "smq.admin.users",
          "admin:operator:" + HASH + ",eve:viewer:" + HASH,
          "smq.admin.login.hint",
          "Ask the operators of the cluster.");

  private final NodeProcess node;
  private final String user;

  public AdminApi(NodeProcess node, String user) {
    this.node = node;
    this.user = user;
  }

  /** Sends a request; headers are names and values in turn. */
  public HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        node.request(path)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (user != null) {
      String pair = user + ":" + PASSWORD;
      byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return node.send(request);
  }

  public HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  public int status(String method, String path, String body) {
    return send(method, path, body).statusCode();
  }
}
