package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.Test;

/** Pausing a connection's reading. */
class PausableInputTest {

  private final Server server = new Server();
  private final Owner owner = new Owner();
  private final PausableInput input = new PausableInput(server, owner);

  @Test
  void pausedInputDoesNotAskTheServerForMore() {
    input.pause();
    assertFalse(input.isReady());
    assertEquals(0, server.asked);
    assertEquals(0, owner.restarts);
  }

  @Test
  void resumeStartsReadingAgainIfTheReaderHadLeft() {
    input.pause();
    assertFalse(input.isReady());
    input.resume();
    assertEquals(1, owner.restarts);
    assertTrue(input.isReady());
  }

  @Test
  void resumeBeforeTheReaderNoticedThePauseStartsNothing() {
    input.pause();
    input.resume();
    assertEquals(0, owner.restarts);
    assertTrue(input.isReady());
  }

  @Test
  void restsAreWorkedOffBeforeAnythingIsRead() {
    owner.rests = 3;
    assertTrue(input.isReady());
    assertEquals(0, owner.rests);
  }

  @Test
  void pauseWhileRestsAreWorkedOffIsKept() {
    owner.rests = 2;
    owner.duringWork = input::pause;
    assertFalse(input.isReady());
    assertEquals(1, owner.rests);
    assertEquals(0, server.asked);
  }

  /** The server's input, always ready. */
  private static final class Server extends ServletInputStream {

    int asked;

    @Override
    public boolean isReady() {
      asked++;
      return true;
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read() {
      return -1;
    }
  }

  private static final class Owner implements PausableInput.Owner {

    int rests;
    int restarts;
    Runnable duringWork = () -> {};

    @Override
    public void beforeRead() {
      // nothing to prepare
    }

    @Override
    public boolean workOff() {
      if (rests > 0) {
        rests--;
        duringWork.run();
      }
      return rests == 0;
    }

    @Override
    public void restart() {
      restarts++;
    }
  }
}
