package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.ConnackCode;

/** The UID of every test client is {@code uid-of-test}. */
class UidCheckTest {

  @TempDir private Path directory;
  private Path file;
  private WatchedFile<Acl> acl;
  private boolean loginHolds = true;

  @BeforeEach
  void readTheList() throws IOException {
    file = directory.resolve("acl");
    Files.writeString(file, "allow user:alice connect uid-*\ndeny * connect **\n");
    acl = WatchedFile.open("smq.any", List.of(file), () -> Acl.read(file));
  }

  private Authentication check(String user) {
    RevocableCredential proof = () -> loginHolds;
    return new UidCheck(
            request -> CompletableFuture.completedStage(Authentication.as(user, proof)), acl)
        .authenticate(AccessTestClient.request("192.0.2.1", ""))
        .toCompletableFuture()
        .join();
  }

  @Test
  void aUidThatIsKeptForOthersIsRefused() {
    assertEquals(ConnackCode.ACCESS_DENIED, check("bob").code());
  }

  @Test
  void aClientThatMayNotHaveItsUidAnyMoreIsEnded() throws IOException {
    PermissionEnforcer live = new PermissionEnforcer(TopicPolicy.PERMIT_ALL);
    AccessTestClient client = new AccessTestClient("uid-of-test", check("alice"));
    live.connected(client);
    live.recheckProofs();
    assertNull(client.closed);

    Files.writeString(file, "deny * connect **\n");
    assertTrue(acl.poll());
    live.recheckProofs();

    assertEquals(CloseReason.REVOKED, client.closed);
  }

  @Test
  void aClientWhoseCheckFailsKeepsNoOtherConnected() {
    PermissionEnforcer live = new PermissionEnforcer(TopicPolicy.PERMIT_ALL);
    boolean[] isBroken = {false};
    RevocableCredential broken =
        () -> {
          if (isBroken[0]) {
            throw new IllegalStateException("a defect");
          }
          return true;
        };
    List<AccessTestClient> clients =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    i % 2 == 0
                        ? new AccessTestClient("uid-of-test", check("alice"))
                        : new AccessTestClient("uid-broken", Authentication.as("bob", broken)))
            .toList();
    clients.forEach(live::connected);

    isBroken[0] = true;
    loginHolds = false;
    live.recheckProofs();

    assertEquals(10, clients.stream().filter(each -> each.closed == CloseReason.REVOKED).count());
  }

  @Test
  void aClientWhoseLoginIsWithdrawnIsEndedThoughTheListLeavesItTheUid() {
    PermissionEnforcer live = new PermissionEnforcer(TopicPolicy.PERMIT_ALL);
    AccessTestClient client = new AccessTestClient("uid-of-test", check("alice"));
    live.connected(client);

    loginHolds = false;
    live.recheckProofs();

    assertEquals(CloseReason.REVOKED, client.closed);
  }
}
