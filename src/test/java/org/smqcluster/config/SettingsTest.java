package org.smqcluster.config;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.spi.BrokerSettings.OverflowPolicy;

class SettingsTest {

  private static Settings read(Map<String, String> properties) {
    return Settings.read(properties.keySet(), name -> Optional.ofNullable(properties.get(name)));
  }

  /** What is told about properties that stop the start. */
  private static String refusal(Map<String, String> properties) {
    return assertThrows(ConfigException.class, () -> read(properties)).getMessage();
  }

  @Test
  void everyDefaultIsAllowed() {
    Settings settings = Settings.defaults();

    assertAll(
        () -> assertEquals(8085, settings.get(ConfigKey.DEVICE_PORT)),
        () -> assertEquals(Duration.ofSeconds(4), settings.get(ConfigKey.HANDSHAKE_TIMEOUT)),
        () -> assertEquals(OverflowPolicy.DROP, settings.get(ConfigKey.OUTBOX_POLICY)));
  }

  @Test
  void valuesAreReadWithTheirUnits() {
    Settings settings =
        read(
            Map.of(
                "smq.timeout.handshake", "1500ms",
                "smq.timeout.idle", "2m",
                "smq.outbox.policy", "Disconnect",
                "smq.cluster.members", "a:1, b:2"));

    assertAll(
        () -> assertEquals(Duration.ofMillis(1500), settings.get(ConfigKey.HANDSHAKE_TIMEOUT)),
        () -> assertEquals(Duration.ofMinutes(2), settings.get(ConfigKey.IDLE_TIMEOUT)),
        () -> assertEquals(OverflowPolicy.DISCONNECT, settings.get(ConfigKey.OUTBOX_POLICY)),
        () -> assertEquals(List.of("a:1", "b:2"), settings.get(ConfigKey.CLUSTER_MEMBERS)));
  }

  @Test
  void brokersAreNamedWithTheirPaths() {
    Settings settings = read(Map.of("smq.brokers", "smq=/smq.lsp|/smq, plant=/plant"));

    assertEquals(
        List.of(
            new BrokerDefinition("smq", List.of("/smq.lsp", "/smq")),
            new BrokerDefinition("plant", List.of("/plant"))),
        settings.get(ConfigKey.BROKERS));
  }

  @Test
  void aRefusedValueIsNamedWithItsKeyAndWhatIsAllowed() {
    String message = refusal(Map.of("smq.device.port", "99999", "smq.outbox.policy", "block"));

    assertAll(
        () -> assertTrue(message.contains("smq.device.port = \"99999\""), message),
        () -> assertTrue(message.contains("one of drop, disconnect"), message));
  }

  @Test
  void anUnknownKeyIsRefusedWithTheClosestThatExists() {
    String message = refusal(Map.of("smq.device.prot", "8085"));

    assertTrue(
        message.contains("smq.device.prot: there is no such key")
            && message.contains("closest is smq.device.port"),
        message);
  }

  @Test
  void aSecretThatIsRefusedIsNotShown() {
    String message = refusal(Map.of("smq.admin.users", "oz:operator:hunter2"));

    assertAll(
        () -> assertTrue(message.contains("smq.admin.users"), message),
        () -> assertFalse(message.contains("hunter2"), message));
  }

  @Test
  void aMisspeltEnvironmentVariableIsRefusedWithTheClosestThatExists() {
    String message = refusal(Map.of("SMQ_DEVICE_PROT", "8085", "SMQ_AUTH_USERS_FIEL", "secret"));

    assertAll(
        () ->
            assertTrue(
                message.contains(
                    "SMQ_DEVICE_PROT: there is no such key; closest is SMQ_DEVICE_PORT"),
                message),
        () -> assertTrue(message.contains("SMQ_AUTH_USERS_FILE"), message),
        () -> assertFalse(message.contains("secret"), message));
  }

  @ParameterizedTest
  @CsvSource({
    "SMQ_DEVICE_PORT, 8086",
    "SMQ_TLS_KEYSTORE_PASSWORD, x",
    "SMQ_PASSWORD, x",
    "SMQ_PORT, tcp://10.0.0.1:8085",
    "SMQ_SERVICE_HOST, 10.0.0.1",
    "SMQ_SERVICE_PORT_DEVICES, 8085",
    "SMQ_PORT_8085_TCP_ADDR, 10.0.0.1",
    "SMQ_NODES_PORT, tcp://10.0.0.1:8085"
  })
  void environmentVariablesOfKeysToolsAndKubernetesAreNoMistake(String name, String value) {
    assertEquals(8085, read(Map.of(name, value)).get(ConfigKey.DEVICE_PORT));
  }

  @Test
  void whatKubernetesSetsForAServiceIsToldAndIsNotTheKeyThatItSpells() {
    Settings settings =
        read(
            Map.of(
                "SMQ_SERVICE_HOST", "10.0.0.1",
                "SMQ_CLUSTER_PORT", "tcp://10.0.0.1:7800",
                "smq.cluster.port", "tcp://10.0.0.1:7800",
                "SMQ_NODE_NAME", "a"));

    assertEquals(7800, settings.get(ConfigKey.CLUSTER_PORT));
    assertEquals(List.of("SMQ_CLUSTER_PORT", "SMQ_SERVICE_HOST"), settings.ofServices());
  }

  @ParameterizedTest
  @ValueSource(strings = {"node1:7800", "127.0.0.1:7800", "[::1]:7800", "[fd00::1]:1"})
  void aMemberIsAHostAndAPort(String member) {
    assertEquals(
        List.of(member),
        read(Map.of("smq.cluster.members", member)).get(ConfigKey.CLUSTER_MEMBERS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"::1:7800", "[::1]", "[::1]7800", "node1", ":7800", "a:0", "a:65536", "a:b"})
  void aMemberThatIsNoHostAndPortIsRefused(String member) {
    String message = refusal(Map.of("smq.cluster.members", member));

    assertTrue(message.contains("an IPv6 address in brackets"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://::1:8080", "http://[::1", "http://a:8080/x", "http://a:b"})
  void aUrlThatBrowsersWouldMisreadIsRefused(String url) {
    String message = refusal(Map.of("smq.http.url", url));

    assertTrue(message.contains("an IPv6 address in brackets"), message);
  }

  @Test
  void addressesAreOfBothFamilies() throws Exception {
    Settings settings =
        read(
            Map.of(
                "smq.bind.address", "::",
                "smq.cluster.bind", "::1",
                "smq.http.url", "http://[2001:db8::1]:8080"));

    assertTrue(settings.get(ConfigKey.BIND_ADDRESS).isAnyLocalAddress());
    assertEquals(InetAddress.getByName("::1"), settings.get(ConfigKey.CLUSTER_BIND));
    assertEquals("http://[2001:db8::1]:8080", settings.get(ConfigKey.HTTP_URL));
  }

  @Test
  void otherProgramsKeysAreLeftAlone() {
    assertEquals(8085, read(Map.of("payara.port", "x")).get(ConfigKey.DEVICE_PORT));
  }
}
