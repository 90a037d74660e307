package org.smqcluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DescriptorsTest {

  private long open = 300;
  private long nanos = 1;
  private final Descriptors descriptors = new Descriptors(1000, () -> open, () -> nanos);

  @Test
  void aTenthOfTheLimitIsNotForClients() {
    assertEquals(600, descriptors.left());
    later();
    open = 900;
    assertTrue(descriptors.isRoomForClient(), "the last one of those that are not reserved");
    later();
    open = 901;
    assertFalse(descriptors.isRoomForClient());
    assertEquals(0, descriptors.left());
  }

  @Test
  void ofTheReserveDevicesThatAreRefusedHaveAQuarterAndHttpAnotherHalf() {
    open = 925;
    assertEquals(0, descriptors.left());
    assertFalse(descriptors.admitDevice());
    assertTrue(descriptors.admitHttp());
    later();
    open = 975;
    assertTrue(descriptors.admitHttp());
    later();
    open = 976;
    assertFalse(descriptors.admitHttp());
    assertEquals(2, descriptors.closedConnections());
  }

  @Test
  void betweenTwoCountsEachConnectionIsOneMore() {
    open = 965;
    assertEquals(0, descriptors.left());
    for (int i = 0; i < 10; i++) {
      assertTrue(descriptors.admitHttp());
    }
    assertFalse(descriptors.admitHttp());
    later();
    assertTrue(descriptors.admitHttp(), "in truth all of them have gone");
  }

  @Test
  void whatCannotBeCountedIsTakenForUsedUp() {
    Descriptors blind =
        new Descriptors(
            1000,
            () -> {
              throw new InternalError("Unable to open directory /proc/self/fd");
            },
            () -> nanos);
    assertFalse(blind.admitHttp());
    assertFalse(blind.isRoomForClient());
  }

  @Test
  void thisProcessHasSome() {
    assertTrue(new Descriptors().left() > 0);
  }

  private void later() {
    nanos += TimeUnit.SECONDS.toNanos(3);
  }
}
