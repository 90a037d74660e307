package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;

/** A client that comes, and another node that has its session parked. */
class SessionSearchTest {

  private static final String UID = "device-1";
  private static final int ETID = 0x4000_0001;

  /** The other node's answers to questions for messages, in turn; then it is gone. */
  private static Cluster otherNode(Cluster inner, byte[]... parts) {
    ClientEntry parked =
        new ClientEntry(UID, ETID, "node2", 1, 1, "127.0.0.1", Transport.RAW, "").asParked();
    return new ForwardingCluster(inner) {

      private int asked;

      @Override
      public Optional<ClientEntry> client(String uid) {
        return Optional.of(parked);
      }

      @Override
      public CompletionStage<byte[]> ask(String node, byte[] question) {
        if (!Handover.read(question).isTake()) {
          return CompletableFuture.completedStage(Handover.topics(List.of()));
        }
        return asked < parts.length
            ? CompletableFuture.completedStage(parts[asked++])
            : CompletableFuture.failedStage(new IllegalStateException("node2 is gone"));
      }
    };
  }

  /** A node that stops leaves once its last part is given, and its last answer may be lost. */
  @Test
  void whatHasComeIsDeliveredWhenTheOtherNodeLeavesBeforeItsLastAnswer() {
    byte[] part = Handover.messages(List.of(Packet.Publish.of(ETID, 7, 0, new byte[] {'m'})));
    BrokerRig rig = BrokerRig.start(BrokerSettings.DEFAULT, inner -> otherNode(inner, part));
    TestClient client = new TestClient(rig.broker, Transport.RAW).connect(UID);
    assertEquals(ETID, client.next(Packet.Connack.class).etid());
    assertEquals("m", client.nextMessage());
  }

  @Test
  void aClientOfWhichOtherNodesWroteWhatCannotBeReadStartsAnewAtOnce() {
    BrokerRig rig =
        BrokerRig.start(
            BrokerSettings.DEFAULT,
            inner ->
                new ForwardingCluster(inner) {
                  @Override
                  public Optional<Orphan> orphan(String uid) {
                    throw new IllegalStateException("a client's session");
                  }
                });
    rig.connected(UID);
  }
}
