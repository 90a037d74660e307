package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.protocol.Packet;

/** What a node tells the others of its clients' sessions, for the case that it dies. */
class AdoptionTest {

  private static final Duration TICK = Duration.ofMillis(250);

  private final List<String> told = new ArrayList<>();
  private boolean allKnowParked = true;
  private final BrokerRig rig = BrokerRig.start(BrokerSettings.DEFAULT, Telling::new);

  private final class Telling extends ForwardingCluster {

    private Telling(Cluster inner) {
      super(inner);
    }

    @Override
    public boolean knowsParked() {
      return allKnowParked;
    }

    @Override
    public CompletionStage<Void> describe(ClientEntry entry, Optional<String> user, int[] tids) {
      told.add(entry.uid() + Arrays.toString(tids));
      return CompletableFuture.completedStage(null);
    }
  }

  private List<String> toldAtTheTick() {
    told.clear();
    rig.pass(TICK);
    return List.copyOf(told);
  }

  @Test
  void whatAClientSubscribesToIsToldOnceAtTheNextTick() {
    TestClient client = rig.connected("client-a");
    rig.connected("client-b");
    toldAtTheTick();
    int tid = client.subscribe("/a");
    assertEquals(List.of("client-a[" + tid + "]"), toldAtTheTick());
    assertEquals(List.of(), toldAtTheTick());
    client.send(new Packet.Unsubscribe(tid));
    assertEquals(List.of("client-a[]"), toldAtTheTick());
    client.subscribe("/a");
    client.session.disconnect(CloseReason.CLIENT_DISCONNECT);
    assertEquals(List.of(), toldAtTheTick());
  }

  @Test
  void allAreToldWhenTheLastNodeIsUpgraded() {
    allKnowParked = false;
    TestClient client = rig.connected("client-a");
    int tid = client.subscribe("/a");
    assertEquals(List.of(), toldAtTheTick());
    allKnowParked = true;
    assertEquals(List.of("client-a[" + tid + "]"), toldAtTheTick());
  }
}
