package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.cluster.TestNode.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jgroups.View;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes with the stack for a WAN and, between them, round trips of 200 ms and what is left of 1
 * % loss when TCP has sent again: 300 ms in which nothing arrives.
 */
@Tag("slow")
class WanTest {

  private static final long DELAY_MILLIS = 100;
  private static final double LOSS = 0.01;
  private static final long SENT_AGAIN_MILLIS = 300;

  private static final long OUTAGE_MILLIS = 5_000;

  private static final int MESSAGES = 500;

  @TempDir Path directory;

  @Test
  void nodesFarApartStayTogetherAndLoseNothing() throws Exception {
    List<Integer> ports = TestNode.freePorts(4);
    List<Integer> own = ports.subList(0, 2);
    List<Integer> shown = ports.subList(2, 4);
    try (TcpProxy toA = far(shown.get(0), own.get(0));
        TestNode a = node("a", 0, own, shown);
        TcpProxy toB = far(shown.get(1), own.get(1));
        TestNode b = node("b", 1, own, shown)) {
      await("joined", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
      View together = a.channel.getView();
      assertEquals(2, together.size());

      long sent = System.nanoTime();
      a.publish(b, 5, 0);
      await("delivered", () -> b.delivered.size() == 1);
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
      assertTrue(took >= DELAY_MILLIS, "the line is as long as it should be, not " + took + " ms");

      for (int i = 1; i < MESSAGES; i++) {
        a.publish(b, 5, i);
        b.publish(a, 5, i);
        TimeUnit.MILLISECONDS.sleep(3);
      }
      List<TcpProxy.Direction> line =
          List.of(toA.forward(), toA.backward(), toB.forward(), toB.backward());
      line.forEach(direction -> direction.hold(true));
      a.publish(b, 5, MESSAGES);
      b.publish(a, 5, MESSAGES);
      TimeUnit.MILLISECONDS.sleep(OUTAGE_MILLIS);
      line.forEach(direction -> direction.hold(false));

      await("all at b", () -> b.delivered.size() > MESSAGES);
      await("all at a", () -> a.delivered.size() >= MESSAGES);
      assertEquals(IntStream.rangeClosed(0, MESSAGES).boxed().toList(), List.copyOf(b.delivered));
      assertEquals(IntStream.rangeClosed(1, MESSAGES).boxed().toList(), List.copyOf(a.delivered));
      assertEquals(together, a.channel.getView());
      assertEquals(together, b.channel.getView());
    }
  }

  private static TcpProxy far(int port, int target) throws Exception {
    TcpProxy proxy = new TcpProxy("127.0.0.1", port, target);
    proxy.forward().slow(DELAY_MILLIS, LOSS, SENT_AGAIN_MILLIS);
    proxy.backward().slow(DELAY_MILLIS, LOSS, SENT_AGAIN_MILLIS);
    return proxy;
  }

  /** A node that knows itself and the other by the proxies' ports. */
  private TestNode node(String name, int index, List<Integer> own, List<Integer> shown)
      throws Exception {
    String xml = Files.readString(Path.of("server-config/jgroups/wan.xml"));
    String changed =
        xml.replace(
            "port_range=\"0\"\n      diag",
            "port_range=\"0\" external_addr=\"127.0.0.1\" external_port=\""
                + shown.get(index)
                + "\"\n      diag");
    Path stack = Files.writeString(directory.resolve(name + ".xml"), changed);
    return new TestNode(
        name, own.get(index), shown, stack.toString(), ClusterConfig.Bus.DEFAULT, Optional.empty());
  }
}
