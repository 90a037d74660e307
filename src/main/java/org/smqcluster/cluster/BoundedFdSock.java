package org.smqcluster.cluster;

import java.io.DataInput;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.Version;
import org.jgroups.blocks.cs.NioConnection;
import org.jgroups.blocks.cs.NioServer;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.logging.LogFactory;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;

/**
 * JGroups' FD_SOCK2 with bounds. Its port takes connections without TLS, also where {@code
 * smq.cluster.tls} is set, and JGroups allocates as many bytes there as a peer says that it will
 * send, up to 2 GB. The stacks in {@code server-config/jgroups} name this class.
 */
public final class BoundedFdSock extends FD_SOCK2 {

  /** A message has two addresses and the name of the cluster; in bytes. */
  private static final int MAX_MESSAGE = 4096;

  /** A node has two neighbours, and former ones for a moment. */
  private static final int MAX_CONNECTIONS = 256;

  /** With which each connection of JGroups begins. */
  private static final byte[] COOKIE = {'b', 'e', 'l', 'a'};

  private static final int HAS_DESTINATION = 1;
  private static final int HAS_SOURCE = 2;

  /** Made by JGroups; its properties are those of FD_SOCK2. */
  public BoundedFdSock() {
    id = ClassConfigurator.getProtocolId(FD_SOCK2.class);
  }

  @Override
  protected NioServer createServer(int[] ports) {
    try {
      NioServer server = new Server(ports);
      server.setMaxLength(MAX_MESSAGE);
      return server;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The greeting to a server of this kind, which answers it; other services do not understand it.
   */
  static byte[] greeting(IpAddress from) throws Exception {
    Message connect =
        new EmptyMessage()
            .putHeader(
                ClassConfigurator.getProtocolId(FD_SOCK2.class), new FdHeader(FdHeader.CONNECT));
    ByteArray message = messageToBuffer(connect);
    ByteArrayDataOutputStream out = new ByteArrayDataOutputStream();
    out.write(COOKIE);
    out.writeShort(Version.version);
    out.writeShort(from.serializedSize());
    from.writeTo(out);
    out.writeInt(message.getLength());
    out.write(message.getArray(), message.getOffset(), message.getLength());
    return out.getBuffer().getBytes();
  }

  /**
   * Handles a message of the failure detection, the only one that comes here.
   *
   * @throws IllegalStateException for any other, whose reading might take much memory; the
   *     connection is closed and counted
   */
  @Override
  public void receive(Address sender, byte[] message, int offset, int length) {
    try {
      if (!isFailureDetection(new ByteArrayDataInputStream(message, offset, length))) {
        throw new IOException("no message of the failure detection");
      }
      super.receive(sender, new ByteArrayDataInputStream(message, offset, length), length);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the one header of a message, behind its addresses, is FD_SOCK2's. */
  private boolean isFailureDetection(DataInput in) throws IOException, ClassNotFoundException {
    byte leading = in.readByte();
    in.readShort();
    if (Util.isFlagSet(leading, (byte) HAS_DESTINATION)) {
      Util.readAddress(in);
    }
    if (Util.isFlagSet(leading, (byte) HAS_SOURCE)) {
      Util.readAddress(in);
    }
    return in.readShort() == 1
        && in.readShort() == id
        && in.readShort() == new FdHeader().getMagicId();
  }

  /** Makes room for a new connection by closing those whose peer has not said its address. */
  private final class Server extends NioServer {

    Server(int[] ports) throws Exception {
      super(
          getThreadFactory(),
          getSocketFactory(),
          bind_addr,
          ports[0],
          ports[ports.length - 1],
          external_addr,
          external_port,
          0,
          "jgroups.nio.server.fd_sock");
      // its lines are limited and counted by this name
      log = LogFactory.getLog(NioServer.class);
    }

    @Override
    protected void handleAccept(SelectionKey key) throws Exception {
      if (isFull()) {
        selector.keys().stream()
            .map(SelectionKey::attachment)
            .filter(other -> other instanceof NioConnection peer && peer.peerAddress() == null)
            .forEach(silent -> Util.close((NioConnection) silent));
      }
      if (isFull()) {
        Util.close(channel.accept());
      } else {
        super.handleAccept(key);
      }
    }

    private boolean isFull() {
      return selector.keys().stream().filter(SelectionKey::isValid).count() > MAX_CONNECTIONS;
    }
  }
}
