package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserToolTest {

  private static String run(String input, String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                "target/classes",
                UserTool.class.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes());
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    return process.waitFor() + " " + output.strip();
  }

  private static UserKey keyOf(String output, String user) throws FileFormatException {
    assertTrue(output.startsWith("0 "), output);
    return Users.parse(List.of(output.substring(2))).key(user);
  }

  @Test
  void itMakesALineThatAcceptsThePassword() throws Exception {
    UserKey key = keyOf(run("s3cret\n", "password", "carol"), "carol");

    assertTrue(assertInstanceOf(UserKey.Password.class, key).matches("s3cret"));
  }

  @Test
  void itMakesARandomKeyThatTheUsersFileTakes() throws Exception {
    assertInstanceOf(UserKey.Challenge.class, keyOf(run("", "key", "device-9"), "device-9"));
  }

  @Test
  void itAnswersAChallengeAsADeviceMust() throws Exception {
    String key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    assertEquals(
        "0 device-7:1841c0bf8e2449428fe35dfab7792cf19bfd8dacdee7455a3bc1836b0fc7de4d",
        run("", "answer", "device-7", key, "0x01020304", "192.0.2.7"));
  }

  @Test
  void whateverElseIsAnsweredByHowItIsUsed() throws Exception {
    assertTrue(run("", "password", "no:name").startsWith("2 password NAME"));
  }
}
