package org.smqcluster.admin.alarms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules that the nodes judge are those of the file for Prometheus. */
class AlarmRuleTest {

  private static final Pattern ALERT =
      Pattern.compile("- alert: (\\w+)(?:(?!- alert).)*", Pattern.DOTALL);

  @Test
  void everyAlertThatANodeCanJudgeIsARuleOfTheSameSeverityAndTime() throws IOException {
    String file = Files.readString(Path.of("server-config", "monitoring", "alerts.yml"));
    Map<String, String> alerts = new TreeMap<>();
    ALERT.matcher(file).results().forEach(found -> alerts.put(found.group(1), told(found)));
    // two sides of a split do not know of each other: each shows SmqNodeDown
    alerts.remove("SmqClusterSplit");
    Map<String, String> rules = new TreeMap<>();
    Arrays.stream(AlarmRule.values())
        .forEach(rule -> rules.put(rule.alert, rule.severity + " " + rule.hold.toSeconds()));
    assertEquals(alerts, rules);
  }

  private static String told(MatchResult alert) {
    String minutes = first(alert.group(), "for: (\\d+)m", "0");
    return first(alert.group(), "severity: (\\w+)", "") + " " + Integer.parseInt(minutes) * 60;
  }

  private static String first(String text, String regex, String otherwise) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElse(otherwise);
  }
}
