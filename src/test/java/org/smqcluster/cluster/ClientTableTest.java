package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.infinispan.Cache;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.Transport;

/** What a node keeps of the clients of all nodes. */
class ClientTableTest {

  @Test
  void anEntryThatCannotBeReadIsNotCountedHoweverOftenItIsSeen() throws Exception {
    try (DefaultCacheManager manager = new DefaultCacheManager()) {
      manager.defineConfiguration("clients", new ConfigurationBuilder().build());
      Cache<String, byte[]> cache = manager.getCache("clients");
      CacheWrites none = new CacheWrites(null, null, null, CacheWrites.WINDOW);
      ClientTable table = new ClientTable(cache, null, none, null, new Object());
      byte[] ofTheFuture = new byte[100];
      ofTheFuture[0] = 77;
      for (int i = 0; i < 3; i++) {
        assertThrows(UnknownFormatException.class, () -> table.apply("device-1", ofTheFuture));
      }
      assertEquals(0, table.index().bytes());
    }
  }

  @Test
  void theEntryOfAClientWithTheLongestUserAndMostTopicsCanBeRead() {
    ClientEntry client =
        new ClientEntry("device-1", 1 << 30, "node1", 1, 1, "127.0.0.1", Transport.RAW, "");
    // the longest in bytes
    Authentication longest = Authentication.as("\uFFFD".repeat(Authentication.MAX_USER));
    byte[] session = ClientCodec.session(longest.user(), IntStream.range(0, 10_000).toArray());
    byte[] value = ClientCodec.encode(client, 7, session).value();
    Orphan read = ClientCodec.decode("device-1", value).orphan();
    assertEquals(longest.user(), read.user());
    assertEquals(4_000, read.topics().size());
  }
}
