package org.smqcluster.transport.raw;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.TimeUnit;

/**
 * The threads that serve the device ports of a node, shared by all of them. Linux's epoll is used
 * directly where Netty's native library can be loaded, NIO elsewhere.
 */
public final class EventLoops implements AutoCloseable {

  private static final long STOP_SECONDS = 5;
  private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

  private final MultiThreadIoEventLoopGroup group;
  private final Class<? extends ServerSocketChannel> serverChannel;

  private EventLoops(
      int threads,
      IoHandlerFactory handlerFactory,
      Class<? extends ServerSocketChannel> serverChannel) {
    watchNoBuffers();
    this.group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("smq-device", true), handlerFactory);
    this.serverChannel = serverChannel;
    // now, not with the first connection: later, the system may have no thread left
    group.forEach(loop -> loop.execute(() -> {}));
  }

  /**
   * Unless a property of Java says otherwise, Netty watches each 128th buffer, of which it keeps
   * two stack traces and a weak reference: that is a tenth of what the messages of busy clients
   * cost.
   */
  private static void watchNoBuffers() {
    if (System.getProperty(LEAK_DETECTION) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  /**
   * Starts the threads.
   *
   * @param threads how many, at least 1
   */
  public static EventLoops start(int threads) {
    return Epoll.isAvailable()
        ? new EventLoops(threads, DescriptorMap.epoll(), EpollServerSocketChannel.class)
        : startNio(threads);
  }

  /** As {@link #start}, without native code. */
  static EventLoops startNio(int threads) {
    return new EventLoops(threads, NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  /** Whether Linux's epoll is used directly. */
  public boolean isNative() {
    return serverChannel == EpollServerSocketChannel.class;
  }

  MultiThreadIoEventLoopGroup group() {
    return group;
  }

  Class<? extends ServerSocketChannel> serverChannel() {
    return serverChannel;
  }

  /**
   * Removes what Netty keeps of the calling thread: where that is one of the server's, it would
   * keep the class loader of an application that is no longer deployed.
   */
  public static void forgetThread() {
    FastThreadLocal.removeAll();
  }

  /** Closes every connection that is left and stops the threads; waits a few seconds at most. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
