package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * Clients whose sessions are parked on node 1 when the nodes are cut off from each other: where
 * each comes back, and what it gets there.
 */
final class ParkedInSplit implements AutoCloseable {

  /** What may be sent to a node that is cut off and counts as delivered, and as much again. */
  private static final int SENT_TO_NODE_CUT_OFF = 100;

  private final NodeProcess[] nodes;
  private final String run;
  private final Duration patience;
  private final List<SmqClient> clients = new ArrayList<>();
  private final List<Traffic> traffic = new ArrayList<>();

  /** Comes back to the side that it was parked on. */
  private final Mover stays;

  /** Comes back to the other side. */
  private final Mover crosses;

  /** Comes back to both sides, {@link #otherOfBoth} later. */
  private final Mover both;

  /** Comes back after the merge, to the node that it was not parked on. */
  private final Mover waits;

  private Mover otherOfBoth;

  /** A number of node 1 behind all that was written to the broken connections. */
  private long parkedAt;

  private long cutAt;

  /** One client, and the numbers that it got from the publisher on each node. */
  private final class Mover {

    private final String uid;

    /** Over all connections. */
    private final List<Traffic.Account> all = accounts();

    /** On the present connection. */
    private List<Traffic.Account> here = accounts();

    private SmqClient client;
    private int etid;

    Mover(String name) {
      this.uid = name + "-" + run;
    }

    private static List<Traffic.Account> accounts() {
      return List.of(new Traffic.Account(), new Traffic.Account());
    }

    Mover connect(URI url) {
      client = SmqClient.builder(url.toString()).uid(uid).start();
      clients.add(client);
      int connected = value(client.connected());
      assertTrue(etid == 0 || etid == connected, uid + " has another ETID");
      etid = connected;
      here = accounts();
      for (int publisher = 0; publisher < 2; publisher++) {
        Traffic.Account ever = all.get(publisher);
        Traffic.Account now = here.get(publisher);
        value(
            client.subscribe(
                topic(publisher),
                message -> {
                  ever.received(message);
                  now.received(message);
                }));
      }
      return this;
    }

    Mover connect(int node) {
      return connect(nodes[node - 1].device());
    }

    void awaitMessages(int... publishers) {
      for (int publisher : publishers) {
        long next = traffic.get(publisher - 1).next();
        Traffic.Account account = here.get(publisher - 1);
        Await.until(uid + " to get " + next, patience, () -> account.last() > next);
      }
    }
  }

  /** Connects the clients, lets traffic flow to them, and breaks their connections. */
  ParkedInSplit(NodeProcess[] nodes, List<SmqClient> publishers, String run, Duration patience)
      throws IOException {
    this.nodes = nodes;
    this.run = run;
    this.patience = patience;
    URI node1 = nodes[0].device();
    int line = FreePorts.next();
    URI broken = URI.create("smq://127.0.0.1:" + line);
    try (TcpProxy proxy =
        new TcpProxy("127.0.0.1", line, new InetSocketAddress(node1.getHost(), node1.getPort()))) {
      stays = new Mover("stays").connect(broken);
      crosses = new Mover("crosses").connect(broken);
      both = new Mover("both").connect(broken);
      waits = new Mover("waits").connect(broken);
      for (int i = 0; i < 2; i++) {
        traffic.add(new Traffic(publishers.get(i), value(publishers.get(i).create(topic(i)))));
      }
      // nodes tell each other of sessions within a second
      for (Mover mover : List.of(stays, crosses, both, waits)) {
        Await.until(
            "two seconds of traffic",
            patience,
            () -> mover.all.stream().allMatch(account -> account.last() > 400));
      }
      // the clients try again at once, and must not get through
      proxy.forward().hold(true);
      proxy.cut();
    }
    for (NodeProcess node : nodes) {
      AdminApi api = new AdminApi(node, "eve");
      Await.until(
          "all to be parked",
          patience,
          () ->
              api.get("/api/clients?limit=100&uid=" + run).body().split("\"parked\"", -1).length
                  == 5);
    }
    clients.forEach(SmqClient::close);
    parkedAt = traffic.get(0).next();
    cutAt = traffic.get(1).next();
  }

  private String topic(int publisher) {
    return "/parked/" + publisher + "/" + run;
  }

  private <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(patience.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Both nodes know that the other is gone. */
  void comeBackDuringSplit() {
    stays.connect(1).awaitMessages(1);
    both.connect(1).awaitMessages(1);
    crosses.connect(2).awaitMessages(2);
    otherOfBoth = new Mover("both").connect(2);
    otherOfBoth.awaitMessages(2);
    assertEquals(both.etid, otherOfBoth.etid, "ETID of both");
  }

  /** UID and node of each, as a node tells them after the merge. */
  List<String> inCluster() {
    return List.of("both node2", "crosses node2", "stays node1", "waits node1");
  }

  void comeBackAfterMerge() {
    waits.connect(2);
    for (Mover mover : List.of(stays, crosses, otherOfBoth, waits)) {
      mover.awaitMessages(1, 2);
      assertEquals(SmqClient.State.CONNECTED, mover.client.state(), mover.uid);
    }
    Await.until(
        "the earlier one of both to be sent away",
        patience,
        () -> both.client.state() == SmqClient.State.CLOSED);
    for (Mover mover : List.of(stays, waits)) {
      long lost = mover.all.get(0).lastMissing();
      assertTrue(lost < parkedAt, mover.uid + " lost " + lost + ", parked at " + parkedAt);
    }
    for (Mover mover : List.of(crosses, otherOfBoth)) {
      Traffic.Account ofItsSide = mover.here.get(1);
      assertEquals(0, ofItsSide.missing(), mover.uid + " lost on its side");
      assertTrue(
          ofItsSide.first() <= cutAt + SENT_TO_NODE_CUT_OFF,
          mover.uid + " begins at " + ofItsSide.first() + ", the split at " + cutAt);
    }
    for (Mover mover : List.of(stays, crosses, both, otherOfBoth, waits)) {
      for (Traffic.Account account : mover.all) {
        assertEquals(0, account.repeatedOrLate(), mover.uid + ": repeated or out of order");
      }
    }
  }

  @Override
  public void close() {
    traffic.forEach(Traffic::close);
    clients.forEach(SmqClient::close);
  }
}
