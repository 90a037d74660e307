package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;

/** Which ETID a client gets. */
class ClientIndexTest {

  private static final String UID = "device-1";
  private static final int ETID = 0x4000_0001;
  private static final int OTHER_NODE = 2;

  private final AtomicBoolean isLive = new AtomicBoolean(true);
  private final ClientIndex index = new ClientIndex(node -> isLive.get());
  private final ClientCodec.Held there = ClientCodec.encode(entry(UID, 1), OTHER_NODE);

  private static ClientEntry entry(String uid, long connection) {
    return new ClientEntry(uid, ETID, "node", connection, 1, "127.0.0.1", Transport.RAW, "");
  }

  @Test
  void anEtidIsTakenWhileTheNodeOfItsClientIsLive() {
    index.replace(UID, null, there);
    assertNotEquals(ETID, index.entryAfter(null, entry("device-2", 2)).etid());
  }

  /** The clients of a node that died are removed one after the other, which takes a while. */
  @Test
  void aClientGoesOnWithTheEtidThatItHadOnANodeThatDied() {
    index.replace(UID, null, there);
    isLive.set(false);
    assertEquals(ETID, index.entryAfter(there, entry(UID, 2)).etid());
  }
}
