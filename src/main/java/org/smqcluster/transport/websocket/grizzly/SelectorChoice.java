package org.smqcluster.transport.websocket.grizzly;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.nio.AbstractNIOConnectionDistributor;
import org.glassfish.grizzly.nio.NIOTransport;
import org.glassfish.grizzly.nio.RegisterChannelResult;
import org.glassfish.grizzly.nio.SelectorRunner;

/**
 * Which selector threads of an HTTP listener serve its connections: the first one accepts, and some
 * of the others, in turn, read. With more readers than are busy, each finds fewer messages when it
 * wakes, and a message costs more. The only thread of a listener does both. Any thread.
 */
final class SelectorChoice extends AbstractNIOConnectionDistributor {

  private final int readers;
  private final AtomicInteger accepted = new AtomicInteger();

  /**
   * @param readers threads that read, at least 1; fewer if the listener has not as many
   */
  SelectorChoice(NIOTransport transport, int readers) {
    super(transport);
    this.readers = readers;
  }

  /** As many readers as event loops serve the device port by default. */
  static SelectorChoice byProcessors(NIOTransport transport) {
    return new SelectorChoice(
        transport, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  @Override
  public void registerChannel(SelectableChannel channel, int operations, Object attachment)
      throws IOException {
    transport.getSelectorHandler().registerChannel(reader(), channel, operations, attachment);
  }

  @Override
  public void registerChannelAsync(
      SelectableChannel channel,
      int operations,
      Object attachment,
      CompletionHandler<RegisterChannelResult> done) {
    register(reader(), channel, operations, attachment, done);
  }

  @Override
  public void registerServiceChannelAsync(
      SelectableChannel channel,
      int operations,
      Object attachment,
      CompletionHandler<RegisterChannelResult> done) {
    register(getTransportSelectorRunners()[0], channel, operations, attachment, done);
  }

  private void register(
      SelectorRunner thread,
      SelectableChannel channel,
      int operations,
      Object attachment,
      CompletionHandler<RegisterChannelResult> done) {
    transport
        .getSelectorHandler()
        .registerChannelAsync(thread, channel, operations, attachment, done);
  }

  private SelectorRunner reader() {
    SelectorRunner[] threads = getTransportSelectorRunners();
    int others = threads.length - 1;
    return others == 0
        ? threads[0]
        : threads[1 + Math.floorMod(accepted.getAndIncrement(), Math.min(readers, others))];
  }
}
