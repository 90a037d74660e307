package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.smqcluster.testing.NodeJs;

/** The conformance suite for clients, {@code src/test/clients}, run on each client of ours. */
@Tag("slow")
class ClientConformanceTest {

  private static final Path SUITE = Path.of("src", "test", "clients");

  @TestFactory
  Stream<DynamicNode> theBrowserClient() throws Exception {
    return run("ws", NodeJs.program().toString(), SUITE.resolve("smq-driver.mjs").toString());
  }

  @TestFactory
  Stream<DynamicNode> theJavaClientByWebSocket() throws Exception {
    return runJava("ws");
  }

  @TestFactory
  Stream<DynamicNode> theJavaClientByTheRawTransport() throws Exception {
    return runJava("raw");
  }

  @TestFactory
  Stream<DynamicNode> thePythonClientByWebSocket() throws Exception {
    return runPython("ws");
  }

  @TestFactory
  Stream<DynamicNode> thePythonClientByTheRawTransport() throws Exception {
    return runPython("raw");
  }

  private static Stream<DynamicNode> runJava(String transport) throws Exception {
    return run(
        transport,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        ConformanceDriver.class.getName());
  }

  private static Stream<DynamicNode> runPython(String transport) throws Exception {
    return run(transport, Python.program().toString(), SUITE.resolve("smq_driver.py").toString());
  }

  private static Stream<DynamicNode> run(String transport, String... driver)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(SUITE.resolve("run.mjs").toString(), "--transport", transport, "--"));
    arguments.addAll(List.of(driver));
    Path output =
        Path.of("target", "clients", Path.of(driver[0]).getFileName() + "-" + transport + ".tap");
    NodeJs.Ended ended = NodeJs.run(Path.of(""), output, arguments.toArray(String[]::new));
    DynamicNode whole =
        DynamicTest.dynamicTest(
            "the suite passes", () -> assertEquals(0, ended.status(), ended.printed()));
    return Stream.concat(ended.tapResults(), Stream.of(whole));
  }
}
