package org.smqcluster.config;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.BrokerSettings.OverflowPolicy;

class SettingsTest {

  private static Settings read(Map<String, String> properties) {
    return Settings.read(properties.keySet(), name -> Optional.ofNullable(properties.get(name)));
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
        BrokerDefinition.of(settings));
  }

  @Test
  void aRefusedValueIsNamedWithItsKeyAndWhatIsAllowed() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> read(Map.of("smq.device.port", "99999", "smq.outbox.policy", "block")));

    assertAll(
        () -> assertTrue(e.getMessage().contains("smq.device.port = \"99999\""), e.getMessage()),
        () -> assertTrue(e.getMessage().contains("one of drop, disconnect"), e.getMessage()));
  }

  @Test
  void anUnknownKeyIsRefusedWithTheClosestThatExists() {
    ConfigException e =
        assertThrows(ConfigException.class, () -> read(Map.of("smq.device.prot", "8085")));

    assertTrue(
        e.getMessage().contains("smq.device.prot: there is no such key")
            && e.getMessage().contains("closest is smq.device.port"),
        e.getMessage());
  }

  @Test
  void otherProgramsKeysAreLeftAlone() {
    assertEquals(8085, read(Map.of("payara.port", "x")).get(ConfigKey.DEVICE_PORT));
  }
}
