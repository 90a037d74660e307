package org.smqcluster.transport.websocket.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.filterchain.TransportFilter;
import org.glassfish.grizzly.nio.NIOConnection;
import org.glassfish.grizzly.nio.SelectorRunner;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.nio.transport.TCPNIOTransportBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smqcluster.testing.Await;

/** Which threads of a real transport serve its connections. */
class SelectorChoiceTest {

  private static final int CONNECTIONS = 12;

  private final Queue<SelectorRunner> readers = new ConcurrentLinkedQueue<>();

  /** Connects clients; returns the thread that accepts them, and each one's reader is known. */
  private SelectorRunner serve(int threads, int wanted) throws IOException {
    TCPNIOTransport transport =
        TCPNIOTransportBuilder.newInstance()
            .setSelectorRunnersCount(threads)
            .setProcessor(
                FilterChainBuilder.stateless()
                    .add(new TransportFilter())
                    .add(
                        new BaseFilter() {
                          @Override
                          public NextAction handleAccept(FilterChainContext ctx) {
                            readers.add(((NIOConnection) ctx.getConnection()).getSelectorRunner());
                            return ctx.getStopAction();
                          }
                        })
                    .build())
            .build();
    transport.setNIOChannelDistributor(new SelectorChoice(transport, wanted));
    transport.start();
    List<Socket> clients = new ArrayList<>();
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      TCPNIOServerConnection server = transport.bind(loopback.getHostAddress(), 0, CONNECTIONS);
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(new Socket(loopback, port));
      }
      Await.until(
          "all to be accepted", Duration.ofSeconds(10), () -> readers.size() == CONNECTIONS);
      return server.getSelectorRunner();
    } finally {
      for (Socket client : clients) {
        client.close();
      }
      transport.shutdownNow();
    }
  }

  @ParameterizedTest(name = "{1} readers wanted of {0} threads: {2}")
  @CsvSource({"4,2,2", "3,1,1", "3,8,2", "2,1,1"})
  void readersShareTheConnectionsAndTheAcceptingThreadHasNone(int threads, int wanted, int found)
      throws IOException {
    SelectorRunner accepting = serve(threads, wanted);
    var shares = readers.stream().collect(Collectors.groupingBy(r -> r, Collectors.counting()));
    assertEquals(found, shares.size());
    assertEquals(List.of((long) CONNECTIONS / found), shares.values().stream().distinct().toList());
    assertEquals(false, shares.containsKey(accepting));
  }

  @Test
  void theOnlyThreadDoesBoth() throws IOException {
    assertEquals(List.of(serve(1, 3)), readers.stream().distinct().toList());
  }
}
