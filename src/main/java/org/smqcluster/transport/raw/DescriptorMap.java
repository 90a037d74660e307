package org.smqcluster.transport.raw;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.collection.IntObjectHashMap;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import org.smqcluster.payara.PrivateMembers;

/**
 * Netty's map from file descriptors to connections, spread. Descriptors are consecutive numbers,
 * which Netty's map keeps side by side, and to remove one it visits all that follow: among 10,000
 * clients that is 14 us of each disconnect, of others' making. Spread over the map, a descriptor
 * has a gap beside it.
 *
 * <p>For getting, putting and removing by number; a view of the keys shows the numbers spread. Not
 * thread-safe, as each event loop has its own.
 */
final class DescriptorMap<V> extends IntObjectHashMap<V> {

  private static final System.Logger LOG = System.getLogger(DescriptorMap.class.getName());

  /** The golden ratio's share of 2^32: odd, so that no two numbers become one. */
  private static final int SPREAD = 0x9E3779B1;

  /** Event loops on epoll that keep their descriptors in such a map. */
  static IoHandlerFactory epoll() {
    IoHandlerFactory netty = EpollIoHandler.newFactory();
    return executor -> {
      IoHandler handler = netty.newHandler(executor);
      try {
        install(handler);
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.log(
            Level.WARNING,
            "Cannot spread the file descriptors in this version of Netty ({0}): a disconnect takes"
                + " longer the more clients there are",
            e.toString());
      }
      return handler;
    };
  }

  /** Takes the place of the map of a handler that has nothing registered. */
  static void install(IoHandler handler) throws ReflectiveOperationException {
    Field field = PrivateMembers.field(handler, "registrations");
    field.set(handler, new DescriptorMap<>());
  }

  @Override
  public V get(int descriptor) {
    return super.get(descriptor * SPREAD);
  }

  @Override
  public V put(int descriptor, V value) {
    return super.put(descriptor * SPREAD, value);
  }

  @Override
  public V remove(int descriptor) {
    return super.remove(descriptor * SPREAD);
  }

  @Override
  public boolean containsKey(int descriptor) {
    return super.containsKey(descriptor * SPREAD);
  }
}
