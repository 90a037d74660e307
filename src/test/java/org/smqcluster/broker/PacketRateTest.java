package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.BrokerMetrics;

class PacketRateTest {

  private static final int SECONDS = 60;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private boolean paused;
  private long sent;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1000})
  void aClientThatSendsAsMuchAsItCanIsReadAtTheRateThatIsConfigured(int perSecond) {
    PacketRate rate =
        new PacketRate(
            new Pausable() {
              @Override
              public void pause() {
                paused = true;
              }

              @Override
              public void resume() {
                paused = false;
              }
            },
            perSecond,
            0,
            new BrokerMetrics());
    for (long now = 0; now <= TimeUnit.SECONDS.toNanos(SECONDS); now += TICK_NANOS) {
      rate.tick(now, sent);
      while (!paused) {
        rate.received(++sent);
      }
    }
    assertEquals(2 + SECONDS, sent / perSecond, "the burst of two seconds, then each second's");
  }
}
