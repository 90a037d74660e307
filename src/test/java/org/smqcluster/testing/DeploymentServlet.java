package org.smqcluster.testing;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;

/**
 * Deploys and undeploys another application in the Payara Micro process that it runs in: {@code PUT
 * ?root=/queues&war=/path/to/smq.war}, {@code DELETE}. Answers when that is done, with 204, or 409
 * if it failed.
 */
@WebServlet("/deployment")
public class DeploymentServlet extends HttpServlet {

  private static final long serialVersionUID = 1;
  private static final String SERVER = "fish.payara.micro.impl.PayaraMicroImpl";
  private static final String NAME = "smq";

  @Override
  protected void doPut(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    try {
      Object done =
          runtime()
              .getClass()
              .getMethod("deploy", String.class, String.class, File.class)
              .invoke(
                  runtime(),
                  NAME,
                  request.getParameter("root"),
                  new File(request.getParameter("war")));
      response.setStatus(done.equals(true) ? 204 : 409);
    } catch (ReflectiveOperationException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    try {
      runtime().getClass().getMethod("undeploy", String.class).invoke(runtime(), NAME);
      response.setStatus(204);
    } catch (ReflectiveOperationException e) {
      throw new ServletException(e);
    }
  }

  /** Of no specification, as this servlet's work is of none. */
  private static Object runtime() throws ReflectiveOperationException {
    Class<?> server = Class.forName(SERVER);
    Object instance = server.getMethod("getInstance").invoke(null);
    return server.getMethod("getRuntime").invoke(instance);
  }
}
