package org.smqcluster.transport.websocket.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.transport.websocket.Frames.concat;
import static org.smqcluster.transport.websocket.Frames.message;
import static org.smqcluster.transport.websocket.Frames.payload;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.smqcluster.transport.websocket.FrameListener;

/** Reading and pausing a connection. */
class FrameInputTest {

  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final Client client = new Client();
  private final FrameInput input = new FrameInput(client, pool::add);
  private int resumed;

  @Test
  void whatIsThereIsReadAtOnce() {
    assertTrue(read(message(payload(10))));
    assertTrue(read(concat(message(payload(10)), message(payload(10)))));
    assertEquals(3, client.messages);
  }

  @Test
  void pausedInputTakesNoFrame() {
    input.pause();
    assertFalse(read(message(payload(10))));
    assertEquals(0, client.messages);
  }

  @Test
  void resumeStartsReadingAgainIfTheReaderHasLeft() {
    input.pause();
    read(message(payload(10)));
    input.park(() -> resumed++);
    assertEquals(0, pool.size());
    input.resume();
    runPool();
    assertEquals(1, client.messages);
    assertEquals(1, resumed);
  }

  @Test
  void resumeBeforeTheReaderLeavesLosesNothing() {
    input.pause();
    read(message(payload(10)));
    input.resume();
    input.park(() -> resumed++);
    runPool();
    assertEquals(1, client.messages);
    assertEquals(1, resumed);
  }

  @Test
  void pauseInTheMiddleOfAReadKeepsTheRestForLater() {
    client.pauseAfter = 1;
    assertFalse(read(concat(message(payload(10)), message(payload(20)), message(payload(30)))));
    assertEquals(1, client.messages);
    assertEquals(message(payload(20)).length + message(payload(30)).length, client.kept);
    input.park(() -> resumed++);
    client.pauseAfter = 2;
    input.resume();
    runPool();
    assertEquals(2, client.messages);
    assertEquals(0, resumed);
    client.pauseAfter = Integer.MAX_VALUE;
    input.resume();
    runPool();
    assertEquals(3, client.messages);
    assertEquals(0, client.kept);
    assertEquals(1, resumed);
  }

  @Test
  void nothingIsReadAfterTheEnd() {
    input.pause();
    read(message(payload(10)));
    input.park(() -> resumed++);
    input.stop();
    runPool();
    assertTrue(read(message(payload(10))));
    assertEquals(0, client.messages);
    assertEquals(1, resumed, "the reader that waits goes on to the end of its connection");
  }

  private boolean read(byte[] bytes) {
    return input.read(bytes, 0, bytes.length);
  }

  private void runPool() {
    for (Runnable task = pool.poll(); task != null; task = pool.poll()) {
      task.run();
    }
  }

  /** A client that asks for a pause after so many messages. */
  private final class Client implements FrameListener {

    int messages;
    int kept;
    int pauseAfter = Integer.MAX_VALUE;

    @Override
    public void read(Runnable decoding) {
      decoding.run();
    }

    @Override
    public void message(byte[] rawPacket) {
      messages++;
      if (messages == pauseAfter) {
        input.pause();
      }
    }

    @Override
    public void partial(int bytes) {
      kept = bytes;
    }

    @Override
    public void ping(byte[] payload) {
      throw new AssertionError("no ping was sent");
    }

    @Override
    public void closed(int code) {
      throw new AssertionError("no close was sent");
    }

    @Override
    public void violation(String rule) {
      throw new AssertionError(rule);
    }

    @Override
    public void tooLong() {
      throw new AssertionError("no long message was sent");
    }
  }
}
