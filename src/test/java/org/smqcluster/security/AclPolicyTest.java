package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet.Publish;

class AclPolicyTest {

  private static final int CLIENT = 1 << 30 | 5;
  private static final int OTHER_CLIENT = 1 << 30 | 6;

  @TempDir private Path directory;
  private Path file;
  private final AccessTestClient client = new AccessTestClient("alice", "browser-1");
  private WatchedFile<Acl> watched;
  private TopicPolicy policy;

  @BeforeEach
  void allowSendingToClients() throws IOException {
    file = directory.resolve("acl");
    Files.writeString(file, "allow user:alice send client\n");
    watched = WatchedFile.open("smq.any", List.of(file), () -> Acl.read(file));
    policy = new AclPolicy(any -> watched.content()).forClient(client);
  }

  private boolean mayPublish(int id) {
    return policy.mayPublish(client, Publish.of(id, client.etid(), Ids.NONE, new byte[0]), "");
  }

  @Test
  void sendingToClientsIsNotSendingToTheBroker() {
    assertAll(
        () -> assertTrue(mayPublish(CLIENT)),
        () -> assertTrue(mayPublish(OTHER_CLIENT)),
        () -> assertFalse(mayPublish(Ids.BROKER)));
  }

  @Test
  void subscribersMayObserveTheTopicAndSendersMayObserveClients() throws IOException {
    assertAll(
        () -> assertTrue(policy.mayObserveClients(client)),
        () -> assertFalse(policy.mayObserve(client, "/a")));

    Files.writeString(file, "allow user:alice subscribe /a\n");
    assertTrue(watched.poll());

    assertAll(
        () -> assertFalse(policy.mayObserveClients(client)),
        () -> assertTrue(policy.mayObserve(client, "/a")),
        () -> assertFalse(policy.mayObserve(client, "/b")));
  }

  @Test
  void anIdThatNoTopicHasIsDenied() {
    assertAll(
        () -> assertFalse(mayPublish(4711)),
        () -> assertFalse(mayPublish(Ids.NONE)),
        () -> assertFalse(mayPublish(-1)));
  }

  @Test
  void anotherListHoldsFromTheNextPublishOn() throws IOException {
    assertTrue(mayPublish(CLIENT));

    Files.writeString(file, "allow user:alice send broker\n");
    assertTrue(watched.poll());

    assertAll(() -> assertFalse(mayPublish(CLIENT)), () -> assertTrue(mayPublish(Ids.BROKER)));
  }

  @Test
  void aListWithAnErrorLeavesTheOldOneInForce() throws IOException {
    Files.writeString(file, "allow everything\n");

    assertFalse(watched.poll());
    assertTrue(mayPublish(CLIENT));
  }

  @Test
  void aListThatTheReaderFailsAtLeavesTheOldOneInForceAndIsNotReadAgain() throws IOException {
    int[] reads = {0};
    WatchedFile<String> failing =
        WatchedFile.open(
            "smq.any",
            List.of(file),
            () -> {
              if (reads[0]++ > 0) {
                throw new IllegalStateException("a defect");
              }
              return "old";
            });
    Files.writeString(file, "allow everything\n");

    assertFalse(failing.poll());
    assertFalse(failing.poll());
    assertEquals("old", failing.content());
    assertEquals(2, reads[0]);
  }

  @Test
  void aListThatIsGoneLeavesTheOldOneInForce() throws IOException {
    Files.delete(file);

    assertFalse(watched.poll());
    assertTrue(mayPublish(CLIENT));
  }
}
