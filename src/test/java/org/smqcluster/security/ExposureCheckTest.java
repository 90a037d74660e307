package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.Settings;

class ExposureCheckTest {

  private static Settings settings(String properties) {
    Map<String, String> all =
        Arrays.stream(properties.split(" "))
            .filter(property -> !property.isEmpty())
            .map(property -> property.split("=", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    return Settings.read(all.keySet(), name -> Optional.ofNullable(all.get(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "smq.bind.address=127.0.0.2",
        "smq.bind.address=::1",
        "smq.http.url=http://localhost:8080",
        "smq.bind.address=0.0.0.0 smq.auth.none.allowed=true",
        "smq.bind.address=0.0.0.0 smq.auth=users smq.auth.users.file=/etc/smq/users",
        "smq.bind.address=0.0.0.0 smq.auth=http",
        "smq.device.tls.enabled=true smq.tls.keystore=/k",
      })
  void safeConfigurationsStart(String properties) {
    assertDoesNotThrow(() -> ExposureCheck.check(settings(properties), false));
  }

  @ParameterizedTest
  @CsvSource({
    "smq.bind.address=0.0.0.0,                          smq.auth.none.allowed=true",
    "smq.bind.address=::,                               smq.auth.none.allowed=true",
    "smq.bind.address=192.0.2.1,                        smq.auth=users",
    "smq.http.url=http://192.0.2.1:8080,                smq.auth.none.allowed=true",
    "smq.auth=users,                                    set smq.auth.users.file",
    "'smq.auth=none,http',                              none accepts every client",
    "smq.device.tls.enabled=true,                       set smq.tls.keystore",
    "smq.device.tls.enabled=true smq.tls.keystore=/k smq.device.tls.client.auth=want, "
        + "set smq.tls.truststore",
  })
  void whatWouldDoesNotStartAndSaysWhatToDo(String properties, String advice) {
    ConfigException e =
        assertThrows(ConfigException.class, () -> ExposureCheck.check(settings(properties), false));

    assertTrue(e.getMessage().contains(advice), e.getMessage());
  }

  @Test
  void authenticatorsOfTheApplicationTakeThePlaceOfNone() {
    assertDoesNotThrow(() -> ExposureCheck.check(settings("smq.bind.address=0.0.0.0"), true));
  }
}
