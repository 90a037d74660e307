package org.smqcluster.transport.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.channel.IoHandler;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.smqcluster.payara.PrivateMembers;

class DescriptorMapTest {

  private static final int DESCRIPTORS = 20_000;

  private final DescriptorMap<String> spread = new DescriptorMap<>();

  @Test
  void holdsWhatAnyMapHolds() {
    Map<Integer, String> expected = new HashMap<>();
    Random random = new Random(1);
    for (int change = 0; change < 10 * DESCRIPTORS; change++) {
      int descriptor = random.nextInt(DESCRIPTORS);
      if (random.nextBoolean()) {
        String value = "connection " + change;
        assertEquals(expected.put(descriptor, value), spread.put(descriptor, value));
      } else {
        assertEquals(expected.remove(descriptor), spread.remove(descriptor));
      }
    }
    assertEquals(expected.size(), spread.size());
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
      assertEquals(expected.get(descriptor), spread.get(descriptor));
      assertEquals(expected.containsKey(descriptor), spread.containsKey(descriptor));
    }
  }

  @Test
  void epollOfThisVersionOfNettyUsesIt() throws Exception {
    IoHandler handler = DescriptorMap.epoll().newHandler(new ThisThread());
    try {
      assertInstanceOf(DescriptorMap.class, PrivateMembers.get(handler, "registrations"));
    } finally {
      handler.destroy();
    }
  }

  private static final class ThisThread implements ThreadAwareExecutor {

    private final Thread thread = Thread.currentThread();

    @Override
    public boolean isExecutorThread(Thread asked) {
      return asked == thread;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }
  }
}
