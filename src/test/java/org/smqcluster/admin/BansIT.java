package org.smqcluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.TestCluster;

/** Bans hold on all nodes, and the audit list tells which administrator made them. */
@ExtendWith(SharedAdminCluster.class)
class BansIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestCluster cluster;

  @BeforeAll
  static void start(TestCluster shared) {
    cluster = shared;
  }

  private static SmqClient client(String uid, int node) throws Exception {
    SmqClient client = SmqClient.builder(cluster.node(node).device().toString()).uid(uid).start();
    client.connected().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    return client;
  }

  @Test
  void aBannedUidIsClosedAtItsNodeAndRefusedByAllUntilTheBanEnds() throws Exception {
    AdminApi admin = new AdminApi(cluster.node(2), "admin");
    String path = "/api/bans?kind=uid&value=bans-uid";
    try (SmqClient client = client("bans-uid", 1)) {
      assertTrue(client.etid() != 0);
      assertEquals(200, admin.status("PUT", path, "{\"reason\":\"it floods\"}"));
      Await.until(
          "the client to be closed",
          SOON,
          () -> admin.get("/api/clients?uid=bans-uid").body().contains("\"total\":0"));
    }
    for (int node : new int[] {1, 2}) {
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> client("bans-uid", node).close());
      assertTrue(refused.getMessage().contains("banned: it floods"), refused.getMessage());
    }
    client("bans-uid-2", 1).close();
    assertEquals(204, admin.status("DELETE", path, null));
    client("bans-uid", 1).close();
    String audit = new AdminApi(cluster.node(1), "eve").get("/api/audit?user=admin").body();
    assertTrue(audit.contains("\"path\":\"bans?kind=uid&value=bans-uid\""), audit);
    assertTrue(audit.contains("\"detail\":\"for good, reason=it floods\""), audit);
  }

  @Test
  void aNameThatIsNoTextIsFoundBannedAndPublishedToAsItIsShown() throws Exception {
    AdminApi admin = new AdminApi(cluster.node(1), "admin");
    String uid = new String(new char[] {'b', 'a', 'n', 's', '\uDCFF', '\uDC80'});
    String shown = "0x62616e73ff80";
    try (SmqClient client = client(uid, 2)) {
      client
          .subscribe("\uDCFE\uDCFD", message -> {})
          .toCompletableFuture()
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
      Await.until(
          "the client to be found",
          SOON,
          () -> admin.get("/api/clients?exact=true&uid=" + shown).body().contains("\"total\":1"));
      Await.until(
          "the topic to be found",
          SOON,
          () -> admin.get("/api/topics?name=0xfefd&exact=true").body().contains("\"total\":1"));
      assertTrue(admin.get("/api/clients?topic=0xfefd").body().contains("\"total\":1"));
      String message = "{\"topic\":\"0xfefd\",\"text\":\"x\"}";
      assertEquals(202, admin.status("POST", "/api/publish", message));
      Await.until(
          "the message to be counted",
          SOON,
          () -> admin.get("/api/topics?name=0xfefd").body().contains("\"messages\":1"));
      assertEquals(200, admin.status("PUT", "/api/bans?kind=uid&value=" + shown, "{}"));
      Await.until(
          "the client to be closed",
          SOON,
          () -> admin.get("/api/clients?uid=" + shown).body().contains("\"total\":0"));
    }
    assertEquals(204, admin.status("DELETE", "/api/bans?kind=uid&value=" + shown, null));
  }

  @Test
  void aBanForWhichThereIsNoRoomIsRefusedWithWhatToDo() {
    AdminApi admin = new AdminApi(cluster.node(1), "admin");
    String longest = "{\"reason\":\"" + "\\u0001".repeat(200) + "\"}";
    String path = "/api/bans?kind=user&value=" + "%01".repeat(1000);
    int made = 0;
    while (admin.status("PUT", path + made, longest) == 200) {
      made++;
    }
    HttpResponse<String> refused = admin.send("PUT", path + made, longest);
    for (int ban = 0; ban < made; ban++) {
      assertEquals(204, admin.status("DELETE", path + ban, null));
    }
    assertEquals(409, refused.statusCode(), refused.body());
    assertTrue(refused.body().contains("End bans that are no longer needed"), refused.body());
    assertTrue(made > 100 && made < 1000, made + " of 8 KB each in 2 MiB");
  }

  @Test
  void nonsenseIsNoBan() {
    AdminApi admin = new AdminApi(cluster.node(1), "admin");
    String tooLong = "{\"reason\":\"" + "x".repeat(201) + "\"}";
    assertEquals(400, admin.status("PUT", "/api/bans?kind=shoe&value=x", "{}"));
    assertEquals(400, admin.status("PUT", "/api/bans?kind=uid", "{}"));
    assertEquals(400, admin.status("PUT", "/api/bans?kind=address&value=example.org", "{}"));
    assertEquals(400, admin.status("PUT", "/api/bans?kind=uid&value=x", "{\"seconds\":0}"));
    assertEquals(400, admin.status("PUT", "/api/bans?kind=uid&value=x", tooLong));
    assertEquals(
        403,
        new AdminApi(cluster.node(1), "eve").status("PUT", "/api/bans?kind=uid&value=x", "{}"));
  }
}
