package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.cluster.ClusterConfig;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.Settings;
import org.smqcluster.testing.NamedPipe;

/** What the cluster is told of the configuration. */
class NodeConfigTest {

  private static List<String> members(String bind, String members) {
    return cluster(
            Map.of(
                "smq.cluster.bind", bind, "smq.cluster.members", members, "smq.node.name", "node1"))
        .members();
  }

  private static ClusterConfig cluster(Map<String, String> values) {
    return NodeConfig.cluster(
        Settings.read(values.keySet(), key -> Optional.ofNullable(values.get(key))));
  }

  @ParameterizedTest
  @CsvSource({"true,8185", "false,0"})
  void theDevicePortIsToldIfThereIsOne(String enabled, int told) {
    Map<String, String> values = Map.of("smq.device.enabled", enabled, "smq.device.port", "8185");

    assertEquals(told, cluster(values).self().devicePort());
  }

  /** JGroups would wait for a pipe for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {"smq.cluster.stack", "smq.cluster.tls.keystore", "smq.cluster.tls.truststore"})
  void aFileThatIsNoneIsRefusedWithItsKey(String key, @TempDir Path directory) throws Exception {
    Path pipe = NamedPipe.make(directory.resolve("pipe"));
    String file = Files.writeString(directory.resolve("file"), "").toString();
    Map<String, String> values = new HashMap<>();
    if (key.contains("tls")) {
      values.put("smq.cluster.tls.keystore", file);
      values.put("smq.cluster.tls.truststore", file);
    }
    values.put(key, pipe.toString());

    ConfigException refused = assertThrows(ConfigException.class, () -> cluster(values));

    assertEquals(key + ": cannot use " + pipe + ": not a regular file", refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "127.0.0.1 127.0.0.1:7800,[::1]:7801 [::1]:7801",
        "::1 192.0.2.1:7800 192.0.2.1:7800"
      })
  void aMemberOfAnotherFamilyIsNamedAtTheStart(String bind, String members, String named) {
    ConfigException refused = assertThrows(ConfigException.class, () -> members(bind, members));

    assertEquals(
        "The configuration is not valid:\n  smq.cluster.members has "
            + named
            + ", but smq.cluster.bind is "
            + bind
            + ": nodes reach each other by IPv4 or by IPv6, all by the same",
        refused.getMessage());
  }

  @Test
  void membersOfTheSameFamilyAndNamesAreTaken() {
    assertEquals(
        List.of("[::1]:7800", "node2.example.com:7800"),
        members("::1", "[::1]:7800,node2.example.com:7800"));
    assertEquals(
        List.of("192.0.2.1:7800", "node2.example.com:7800"),
        members("127.0.0.1", "192.0.2.1:7800,node2.example.com:7800"));
  }
}
