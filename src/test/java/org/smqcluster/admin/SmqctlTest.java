package org.smqcluster.admin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command line at a server that is none of ours, or shows what clients call themselves. */
class SmqctlTest {

  /** What steers a terminal: ESC, CSI (one character of C1), the override of the direction. */
  private static final String UNSAFE = "[\\x00-\\x08\\x0b-\\x1f\\x7f\\x80-\\x9f\\u202a-\\u202e]";

  private static final String NAME = "led\u001b[2J\u009b31m\u202e-\u20ac";

  private static final int MAX_ANSWER = 16 * 1024 * 1024;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private Smqctl smqctl;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    smqctl = new Smqctl(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "any");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(String path, int status, String text) {
    server.createContext(path, exchange -> answer(exchange, status, text));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void assertClean(String printed) {
    assertTrue(printed.contains("led") && printed.contains("\u20ac"), printed);
    assertFalse(printed.replaceAll(UNSAFE, "\u0000").contains("\u0000"), printed);
  }

  @Test
  void whatSteersATerminalIsNotPrinted() throws Exception {
    answer("/api/clients", 200, "{\"total\":1,\"items\":[{\"uid\":\"" + NAME + "\"}]}");
    answer("/api/alarms", 503, "{\"detail\":\"" + NAME + "\"}");
    server.createContext(
        "/api/events",
        exchange -> answer(exchange, 200, "data: {\"subject\":\"" + NAME + "\"}\n\n"));
    assertClean(smqctl.run("clients"));
    assertClean(smqctl.run(1, "", "alarms"));
    assertClean(smqctl.run("tail"));
  }

  @Test
  void aListIsNoLongerThanItsItemsAreMany() throws Exception {
    answer("/api/topics", 200, "{\"total\":1,\"items\":{\"999999999\":{\"name\":\"t\"}}}");
    assertTrue(smqctl.run("topics").startsWith("NAME"));
  }

  @Test
  void anAnswerWithoutEndIsGivenUp() throws Exception {
    server.createContext(
        "/api/bans",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] part = new byte[1 << 16];
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(part);
            }
          }
        });
    long began = System.nanoTime();
    smqctl.run(1, "", "bans");
    assertTrue(System.nanoTime() - began < 25_000_000_000L, "curl gave up by its own time");
  }

  @Test
  void whatIsInThePlaceOfTheStatusOfAnAnswerThatIsTooLongIsNotPrinted() throws Exception {
    String end = "\n999 " + "\u001b[31mled";
    answer("/api/bans", 500, "a".repeat(MAX_ANSWER - end.length()) + end);
    String printed = smqctl.run(1, "", "bans");
    assertTrue(printed.contains("16777216 bytes or more"), printed);
    assertFalse(printed.contains("led"), printed);
  }

  @Test
  void anEventWithoutEndIsNotWaitedFor() throws Exception {
    answer("/api/events", 200, "data: {\"subject\":\"" + NAME + "\"}" + " ".repeat(100_000));
    assertClean(smqctl.run("tail"));
  }
}
