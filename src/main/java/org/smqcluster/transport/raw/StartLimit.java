package org.smqcluster.transport.raw;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.ClientNetwork;

/**
 * Bounds how many connections of one network have no session yet: no broker counts a connection
 * before its request is complete, and one that sends nothing has a file descriptor all the same.
 * Thread-safe.
 */
final class StartLimit {

  private final int maxStarts;
  private final Map<ClientNetwork, Integer> starts = new ConcurrentHashMap<>();

  /**
   * @param maxStarts of one network
   */
  StartLimit(int maxStarts) {
    this.maxStarts = maxStarts;
  }

  /** Counts a new connection, until it ends or {@link #started}; false if there are too many. */
  boolean begin(Channel channel, InetAddress peer) {
    ClientNetwork network = ClientNetwork.of(peer);
    if (starts.merge(network, 1, Integer::sum) > maxStarts) {
      end(network);
      RefusedStarts.refused(
          channel,
          "more connections that are no clients yet than smq.limit.clients.per.address allows");
      return false;
    }
    channel.pipeline().addLast(new Counted(network));
    return true;
  }

  /** A connection has a session. */
  static void started(Channel channel) {
    Counted counted = channel.pipeline().get(Counted.class);
    if (counted != null) {
      channel.pipeline().remove(counted);
    }
  }

  private void end(ClientNetwork network) {
    starts.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
  }

  /** In the pipeline of each connection that counts. */
  private final class Counted extends ChannelHandlerAdapter {

    private final ClientNetwork network;

    private Counted(ClientNetwork network) {
      this.network = network;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      end(network);
    }
  }
}
