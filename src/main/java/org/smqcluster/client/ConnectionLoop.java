package org.smqcluster.client;

import java.io.IOException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.smqcluster.client.BrokerUri.Target;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;

/**
 * Keeps a client connected: tries its addresses in turn, reads the connection that stands, and
 * starts over when it is lost. Runs on the client's reader thread; what happens is told on the
 * event thread.
 */
final class ConnectionLoop implements Runnable {

  /** A connection that lasted so long was a good one: the next wait starts small again. */
  private static final Duration STABLE = Duration.ofSeconds(10);

  /**
   * Disconnect reason sent to a client that another connection of its UID took over (SMQ section
   * 3.3).
   */
  private static final String TAKEN_OVER = "reconnect";

  /** Bytes that a received packet costs beyond its own. */
  private static final int OVERHEAD = 64;

  private final AddressRounds rounds;
  private final Connector connector;
  private final Backoff backoff;
  private final boolean persistent;
  private final EventThread thread;
  private final Inbound inbound;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Socket opening;
  private volatile BrokerConnection current;

  ConnectionLoop(ClientOptions options, Connector connector, EventThread thread, Inbound inbound) {
    this.rounds = new AddressRounds(options.addresses(), options.resolver(), options.randomOrder());
    this.connector = connector;
    this.backoff = new Backoff(options.link().backoffFirst(), options.link().backoffMax());
    this.persistent = options.persistent();
    this.thread = thread;
    this.inbound = inbound;
  }

  @Override
  public void run() {
    SmqException cause = new SmqException(Kind.CLOSED, "the client is closed");
    try {
      stayConnected();
    } catch (SmqException givenUp) {
      cause = givenUp;
    } catch (Throwable fault) {
      // of the application's credentials or resolver, say: nothing would ever be told otherwise
      cause = new SmqException(Kind.CONNECTION_LOST, "the client failed: " + fault, fault);
    }
    SmqException end = cause;
    thread.execute(() -> inbound.ended(end));
  }

  private void stayConnected() {
    Target last = null;
    while (!isClosing()) {
      BrokerConnection connection = connectToAny(last);
      if (connection != null) {
        last = connection.target();
        long start = System.nanoTime();
        serve(connection);
        if (System.nanoTime() - start > STABLE.toNanos()) {
          backoff.reset();
        }
      }
      pause();
    }
  }

  /** Tries each address once; null if none had a broker for this client. */
  private BrokerConnection connectToAny(Target last) {
    try {
      for (Target target : rounds.round(last)) {
        BrokerConnection connection = isClosing() ? null : tryConnect(target);
        if (connection != null) {
          return connection;
        }
      }
    } catch (SmqException refused) {
      throw refused;
    } catch (UnknownHostException | RuntimeException e) {
      thread.execute(() -> inbound.attemptFailed(String.valueOf(e.getMessage()), e));
    }
    return null;
  }

  private BrokerConnection tryConnect(Target target) {
    try {
      BrokerConnection connection = connector.connect(target, this::opening);
      current = connection;
      if (isClosing()) {
        connection.close();
      }
      return connection;
    } catch (SmqException refused) {
      failed(target, refused);
      if (!persistent && refused.code() != ConnackCode.UNAVAILABLE) {
        throw refused;
      }
    } catch (IOException | RuntimeException e) {
      failed(target, e);
    }
    return null;
  }

  private void opening(Socket socket) {
    opening = socket;
    if (isClosing()) {
      abort();
    }
  }

  private void failed(Target target, Exception cause) {
    if (!isClosing()) {
      thread.execute(() -> inbound.attemptFailed(target.toString(), cause));
    }
  }

  /** Reads until the connection is at its end; throws if the client has to stay away. */
  private void serve(BrokerConnection connection) {
    thread.execute(() -> inbound.connected(connection));
    SmqException cause = readToTheEnd(connection);
    connection.finish();
    boolean again =
        !isClosing()
            && cause.kind() != Kind.TAKEN_OVER
            && (persistent || cause.kind() != Kind.DISCONNECTED);
    thread.execute(() -> inbound.lost(cause, again));
    if (!again && !isClosing()) {
      throw cause;
    }
  }

  private SmqException readToTheEnd(BrokerConnection connection) {
    try {
      while (true) {
        EncodedPacket encoded = connection.read();
        Packet packet = PacketDecoder.decode(encoded);
        if (packet instanceof Packet.Ping) {
          connection.pong();
        } else if (packet instanceof Packet.Disconnect disconnect) {
          return disconnected(disconnect.reason());
        } else if (!(packet instanceof Packet.Pong)) {
          thread.executeBounded(encoded.rawLength() + OVERHEAD, () -> inbound.received(packet));
        }
      }
    } catch (MalformedPacketException e) {
      return new SmqException(Kind.CONNECTION_LOST, "the broker sent a " + e.getMessage(), e);
    } catch (IOException e) {
      return isClosing()
          ? new SmqException(Kind.CLOSED, "the client is closed")
          : new SmqException(Kind.CONNECTION_LOST, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      return new SmqException(Kind.CLOSED, "the client is closed");
    }
  }

  private static SmqException disconnected(String reason) {
    return reason.equals(TAKEN_OVER)
        ? new SmqException(Kind.TAKEN_OVER, "another client has connected with this UID")
        : new SmqException(Kind.DISCONNECTED, "disconnected by the broker: " + reason);
  }

  private void pause() {
    try {
      closing.await(backoff.nextMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing.countDown();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /**
   * Starts the end, by Disconnect where there is a connection: the broker closes it when it has
   * taken all that was sent before. Any thread.
   */
  void close() {
    closing.countDown();
    BrokerConnection connection = current;
    if (connection != null && connection.isOpen()) {
      connection.send(new Packet.Disconnect(""));
    } else {
      abort();
    }
  }

  /** Ends it without waiting for the broker. Any thread. */
  void abort() {
    try {
      if (opening != null) {
        opening.close();
      }
    } catch (IOException alreadyGone) {
      // nothing is left to be released
    }
    if (current != null) {
      current.close();
    }
  }
}
