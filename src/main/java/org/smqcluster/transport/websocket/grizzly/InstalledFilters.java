package org.smqcluster.transport.websocket.grizzly;

import org.glassfish.grizzly.IOStrategy;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.Filter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.nio.NIOChannelDistributor;
import org.glassfish.grizzly.nio.NIOTransport;
import org.glassfish.grizzly.utils.IdleTimeoutFilter;

/**
 * The two filters that one HTTP listener got, and what it had before. {@link FrameFilter} stands
 * between TLS and HTTP, {@link RequestFilter} between the HTTP parser and the container.
 *
 * @param processor the listener's own filters
 * @param strategy the listener's own threads
 * @param distributor the listener's own choice of selector threads
 */
record InstalledFilters(
    NIOTransport transport,
    Processor<?> processor,
    IOStrategy strategy,
    NIOChannelDistributor distributor) {

  /**
   * Installs filters and threads; connections see them from their next event on.
   *
   * @throws IllegalStateException if the listener's filters are not those of an HTTP listener
   */
  static InstalledFilters install(
      NIOTransport transport,
      HttpConnections connections,
      DirectHandshakes handshakes,
      HttpThreads threads) {
    InstalledFilters before =
        new InstalledFilters(
            transport,
            transport.getProcessor(),
            transport.getIOStrategy(),
            transport.getNIOChannelDistributor());
    if (!(transport.getProcessor() instanceof FilterChain chain)) {
      throw new IllegalStateException("not a filter chain: " + transport.getProcessor());
    }
    FrameFilter frames = new FrameFilter(connections);
    boolean frameFilterAdded = false;
    boolean requestFilterAdded = false;
    FilterChainBuilder after = FilterChainBuilder.stateless();
    for (Filter filter : chain) {
      if (!frameFilterAdded
          && (filter instanceof IdleTimeoutFilter || filter instanceof HttpServerFilter)) {
        after.add(frames);
        frameFilterAdded = true;
      }
      if (filter instanceof org.glassfish.grizzly.http.server.HttpServerFilter) {
        after.add(
            new RequestFilter(connections, handshakes, frames, transport.getWorkerThreadPool()));
        requestFilterAdded = true;
      }
      after.add(filter);
    }
    if (!frameFilterAdded || !requestFilterAdded) {
      throw new IllegalStateException("not the filters of an HTTP listener: " + chain);
    }
    transport.setProcessor(after.build());
    transport.setIOStrategy(threads);
    transport.setNIOChannelDistributor(SelectorChoice.byProcessors(transport));
    return before;
  }

  /** Gives the listener its own filters and threads again; connections stay with theirs. */
  void remove() {
    FilterChain installed = (FilterChain) transport.getProcessor();
    transport.setNIOChannelDistributor(distributor);
    transport.setIOStrategy(strategy);
    transport.setProcessor(processor);
    // connections that are open keep the filters with which they began
    installed.replaceAll(
        filter ->
            filter instanceof FrameFilter || filter instanceof RequestFilter
                ? new BaseFilter()
                : filter);
  }
}
