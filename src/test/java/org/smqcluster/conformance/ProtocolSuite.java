package org.smqcluster.conformance;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** The table of rules, and how it is played in one mode. */
final class ProtocolSuite {

  private ProtocolSuite() {}

  /** All rules of the protocol. */
  static List<Rule> rules() {
    return Stream.of(
            BootstrapRules.rules(),
            ConnectRules.rules(),
            MessageRules.rules(),
            ObservationRules.rules(),
            MalformedRules.rules())
        .flatMap(List::stream)
        .toList();
  }

  /** A test a rule that applies to these doors, which connections use by turns. */
  static Stream<DynamicNode> tests(List<ConformanceFixture.Door> doors) {
    boolean raw = doors.stream().noneMatch(ConformanceFixture.Door::webSocket);
    boolean webSocket = doors.stream().allMatch(ConformanceFixture.Door::webSocket);
    return rules().stream()
        .filter(
            rule ->
                switch (rule.transports()) {
                  case ALL -> true;
                  case RAW -> raw;
                  case WEBSOCKET -> webSocket;
                })
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.toString(),
                    () -> {
                      try (ConformanceFixture stage = new ConformanceFixture(doors)) {
                        rule.script().play(stage);
                      }
                    }));
  }
}
