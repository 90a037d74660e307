package org.smqcluster.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterOptionsTest {

  private final NodeCommand.Files files = NodeCommand.Files.ofProject(Path.of("/project"));

  @Test
  void withoutArgumentsThereAreTwoNodesAndTwoDevicesOnTheDocumentedPorts() {
    assertEquals(
        new ClusterOptions(2, 2, "127.0.0.1", 8080, 8085, 7800, 0, LogForm.TEXT),
        ClusterOptions.parse());
  }

  @Test
  void nodeKListensOnTheFirstPortsPlusKMinusOneAndKnowsAllMembers() {
    List<NodeCommand> commands =
        ClusterOptions.parse("nodes=3", "http.port=9000", "device.port=9100", "cluster.port=9200")
            .commands(files, Map.of());

    assertEquals(
        List.of("node1", "node2", "node3"), commands.stream().map(NodeCommand::name).toList());
    NodeCommand third = commands.get(2);
    assertEquals("http://127.0.0.1:9002", third.httpUrl());
    assertEquals("smq://127.0.0.1:9102/smq.lsp", third.deviceUrl());
    assertTrue(
        third
            .command(Path.of("/node/launch.jar"))
            .containsAll(
                List.of(
                    "-Dsmq.node.name=node3",
                    "-Dsmq.cluster.port=9202",
                    "-Dsmq.cluster.members=127.0.0.1:9200,127.0.0.1:9201,127.0.0.1:9202",
                    "-Dsmq.state.directory=/project/target/cluster/node3.state",
                    "-Dsmq.bind.address=127.0.0.1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bind=::1", "bind=[::1]"})
  void nodesMayListenOnAnIpv6Address(String bind) {
    NodeCommand second = ClusterOptions.parse(bind).commands(files, Map.of()).get(1);

    assertEquals("http://[::1]:8081", second.httpUrl());
    assertEquals("smq://[::1]:8086/smq.lsp", second.deviceUrl());
    assertTrue(
        second
            .command(Path.of("/node"))
            .containsAll(
                List.of(
                    "-Dsmq.bind.address=::1",
                    "-Dsmq.cluster.bind=::1",
                    "-Dsmq.cluster.members=[::1]:7800,[::1]:7801")));
  }

  @Test
  void bothFormsOfLogTellTheSame() throws IOException {
    assertEquals(LogForm.JSON, ClusterOptions.parse("log=json").log());
    Path project = Path.of("").toAbsolutePath();
    assertEquals(levels(project, LogForm.TEXT), levels(project, LogForm.JSON));
  }

  private static Map<Object, Object> levels(Path project, LogForm form) throws IOException {
    Properties all = new Properties();
    try (InputStream in =
        Files.newInputStream(NodeCommand.Files.ofProject(project, form).logging())) {
      all.load(in);
    }
    Map<Object, Object> levels = new TreeMap<>(all);
    levels.keySet().removeIf(key -> !key.toString().endsWith(".level"));
    return levels;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes=0",
        "nodes=101",
        "nodes=two",
        "nodes",
        "devices=-1",
        "http.port=0",
        "device.port=65535",
        "log=xml",
        "bind=",
        "bind=::",
        "bind=0.0.0.0",
        "bind=no.such.host.invalid",
        "colour=1"
      })
  void whatMakesNoSenseIsRefusedByName(String argument) {
    String name = argument.split("=")[0];

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> ClusterOptions.parse(argument));

    assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
  }
}
