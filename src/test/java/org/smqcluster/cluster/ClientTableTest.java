package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.infinispan.Cache;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.junit.jupiter.api.Test;

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
}
