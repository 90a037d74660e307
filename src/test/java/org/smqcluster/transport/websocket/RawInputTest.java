package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.smqcluster.transport.websocket.Frames.concat;
import static org.smqcluster.transport.websocket.Frames.message;
import static org.smqcluster.transport.websocket.Frames.payload;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Reading and pausing an upgraded connection. */
class RawInputTest {

  private final Server server = new Server();
  private final Client client = new Client();
  private final RawInput input =
      new RawInput(server, client, new BufferPool(), () -> client.restarts++);

  RawInputTest() {
    client.gate = input;
  }

  @Test
  void whatIsThereIsReadAtOnce() throws IOException {
    server.arrives(message(payload(10)));
    server.arrives(concat(message(payload(10)), message(payload(10))));
    input.read();
    assertEquals(3, client.messages);
  }

  @Test
  void pausedInputAsksTheServerForNothing() throws IOException {
    input.pause();
    server.arrives(message(payload(10)));
    input.read();
    assertEquals(0, server.asked);
    assertEquals(0, client.messages);
  }

  @Test
  void resumeStartsReadingAgainIfTheReaderHasLeft() throws IOException {
    input.pause();
    server.arrives(message(payload(10)));
    input.read();
    input.resume();
    assertEquals(1, client.restarts);
    input.read();
    assertEquals(1, client.messages);
  }

  @Test
  void resumeBeforeTheReaderNoticedThePauseStartsNothing() throws IOException {
    input.pause();
    input.resume();
    assertEquals(0, client.restarts);
    server.arrives(message(payload(10)));
    input.read();
    assertEquals(1, client.messages);
  }

  @Test
  void pauseInTheMiddleOfAReadKeepsTheRestForLater() throws IOException {
    client.pauseAfter = 1;
    server.arrives(concat(message(payload(10)), message(payload(20)), message(payload(30))));
    input.read();
    assertEquals(1, client.messages);
    assertEquals(message(payload(20)).length + message(payload(30)).length, client.kept);
    client.pauseAfter = 2;
    input.resume();
    input.read();
    assertEquals(2, client.messages);
    client.pauseAfter = Integer.MAX_VALUE;
    input.resume();
    input.read();
    assertEquals(3, client.messages);
    assertEquals(0, client.kept);
    assertEquals(2, client.restarts);
  }

  @Test
  void nothingIsReadAfterTheEnd() throws IOException {
    server.arrives(message(payload(10)));
    input.stop();
    input.read();
    assertEquals(0, server.asked);
    assertEquals(0, client.messages);
  }

  /** The server's input. */
  private static final class Server extends ServletInputStream {

    private final Queue<byte[]> arrived = new ArrayDeque<>();
    int asked;

    void arrives(byte[] bytes) {
      arrived.add(bytes);
    }

    @Override
    public boolean isReady() {
      asked++;
      return !arrived.isEmpty();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      byte[] next = arrived.remove();
      System.arraycopy(next, 0, bytes, offset, next.length);
      return next.length;
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
      throw new UnsupportedOperationException();
    }
  }

  /** A client that asks for a pause after so many messages. */
  private static final class Client implements FrameDecoder.Listener {

    ReadGate gate;
    int messages;
    int restarts;
    int kept;
    int pauseAfter = Integer.MAX_VALUE;

    @Override
    public void partial(int bytes) {
      kept = bytes;
    }

    @Override
    public void message(byte[] rawPacket) {
      messages++;
      if (messages == pauseAfter) {
        gate.pause();
      }
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

    @Override
    public boolean paused() {
      return gate.paused();
    }
  }
}
