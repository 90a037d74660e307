package org.smqcluster.transport.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What waits until a request is complete is bounded for all connections together. */
class BootstrapHandlerTest {

  private final HeadBudget heads = new HeadBudget(8000);

  private EmbeddedChannel open() {
    RawPortSettings settings =
        RawPortSettings.of(new InetSocketAddress("127.0.0.1", 0), "http://127.0.0.1:8080");
    return new EmbeddedChannel(new BootstrapHandler(settings, path -> null, heads));
  }

  private static EmbeddedChannel receive(EmbeddedChannel channel, int bytes) {
    channel.writeInbound(
        Unpooled.wrappedBuffer("x".repeat(bytes).getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  private static String answer(EmbeddedChannel channel) {
    ByteBuf answer = channel.readOutbound();
    return answer == null ? "" : answer.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void longHeadsAreRefusedWhereThereAreTooManyAndTheEndOfOneMakesRoom() {
    EmbeddedChannel first = receive(open(), 4000);
    assertEquals("", answer(first));
    assertEquals("", answer(receive(open(), 4000)));
    assertTrue(answer(receive(open(), 4000)).startsWith("HTTP/1.1 503 "));
    assertEquals("", answer(receive(open(), 256)));
    first.close();
    assertFalse(first.isOpen());
    assertEquals("", answer(receive(open(), 3000)));
  }
}
