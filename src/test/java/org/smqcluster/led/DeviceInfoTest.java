package org.smqcluster.led;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of an announcement. */
class DeviceInfoTest {

  /** The most that is kept of one device, in a form that costs most. */
  private static final int MAX_HEAP_BYTES = 32 * 1024;

  private static DeviceInfo parse(String json) {
    return DeviceInfo.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static String leds(int count, String name) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"id\":" + i % 256 + ",\"name\":\"" + name + "\"}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void anAnnouncementOf13KilobytesLeavesASmallDevice() {
    String json = "{\"devname\":\"lamp\",\"leds\":" + leds(256, "n".repeat(31)) + "}";
    assertTrue(json.length() > 13_000);
    assertEquals(64, parse(json).leds().size());
    assertTrue(new DeviceJson().encode(device(parse(json))).length < 6_000);
  }

  @Test
  void longTextsAreCut() {
    String euro = "\u20ac".repeat(110);
    DeviceInfo info =
        parse(
            "{\"devname\":\"%s\",\"ipaddr\":\"%s\",\"leds\":%s}"
                .formatted(euro, euro, leds(40, euro)));
    assertEquals(100, info.devname().length());
    assertEquals(45, info.ipaddr().length());
    assertEquals(40, info.leds().get(0).name().length());
    assertTrue(device(info).heapBytes() < MAX_HEAP_BYTES, "" + device(info).heapBytes());
  }

  private static Device device(DeviceInfo info) {
    return new Device(
        "u".repeat(512),
        1,
        "n",
        "4:7f000001",
        info.ipaddr(),
        info.devname(),
        info.leds(),
        info.temp(),
        1);
  }

  @Test
  void ofLedsWithOneIdTheFirstCounts() {
    DeviceInfo info = parse("{\"leds\":[{\"id\":1,\"name\":\"one\"},{\"id\":1,\"name\":\"two\"}]}");
    assertEquals(List.of(new Led(1, "one", "red", false)), info.leds());
  }

  @Test
  void whatNodesTellEachOtherComesBackUnchanged() {
    Device device = device(parse("{\"devname\":\"lamp\",\"leds\":" + leds(3, "x") + "}"));
    assertEquals(device, new DeviceJson().decode(new DeviceJson().encode(device)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "[",
        "{\"leds\":7}",
        "{\"leds\":[7]}",
        "{\"devname\":\"x\",\"leds\":[{\"id\":1,\"name\":7"
      })
  void nonsenseIsRefused(String json) {
    assertTrue(DeviceInfo.parse(json.getBytes(StandardCharsets.UTF_8)).isEmpty(), json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999"})
  void numbersBeyondAllBoundsTakeNoTime(String number) {
    String json =
        "{\"temp\":%s,\"leds\":[{\"id\":%s,\"on\":%s}]}".formatted(number, number, number);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> DeviceInfo.parse(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void deepNestingIsRefused() {
    String json = "{\"x\":" + "[".repeat(15_000);
    assertTrue(DeviceInfo.parse(json.getBytes(StandardCharsets.UTF_8)).isEmpty());
  }
}
