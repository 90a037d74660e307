package org.smqcluster.broker;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * A client from Init to Connack (SMQ sections 3.1 to 3.3): waits for Connect, asks the
 * authenticator, makes the client known to the cluster. What a hasty client sends in the meantime
 * waits here. The answers of authenticator and cluster come on any thread.
 */
final class ConnectHandshake implements SessionPhase {

  /** What the handshake asks of the client's session. Any thread. */
  interface Connecting {

    /**
     * Called when every node has the client's entry: sends the Connack, and handles the packets
     * that arrived before.
     *
     * @param before what is parked for the client, if anything
     * @return false if the client has gone in the meantime
     */
    boolean admit(
        ClientEntry registered, Authentication authentication, Optional<ParkingPlace> before);

    /** Sends a Connack that refuses the client; false if it has a Connack or has gone. */
    boolean refuse(Packet.Connack refusal);
  }

  /** Packets kept that a client sends before its Connack, until it is paused. */
  static final int MAX_EARLY_PACKETS = 64;

  /** Bytes of these packets, likewise: the client is not authenticated yet. */
  static final int MAX_EARLY_BYTES = 16 * 1024;

  /** What the authenticator and the cluster may take together, once Connect is there. */
  private static final long MAX_SETTLING_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Seeds are challenges: a client must not be able to guess the next one. */
  private static final SecureRandom SEEDS = new SecureRandom();

  private final ClientSession session;
  private final Connecting connecting;
  private final String nodeName;
  private final BrokerSettings settings;
  private final ConnectionAdmission admission;
  private final Authenticator authenticator;
  private final Cluster cluster;
  private final Parking parking;
  private final SessionSearch search;
  private final BrokerMetrics metrics;
  private final BrokerLog log;
  private final Refusals refusals;
  private final int seed = SEEDS.nextInt();
  private final long openedNanos;
  private final Queue<EncodedPacket> early = new ArrayDeque<>(0);
  private long earlyBytes;
  private volatile boolean connectReceived;
  private volatile boolean paused;

  ConnectHandshake(ClientSession session, Connecting connecting, BrokerParts parts) {
    this.session = session;
    this.connecting = connecting;
    this.nodeName = parts.nodeName();
    this.settings = parts.settings();
    this.admission = parts.admission();
    this.authenticator = parts.hooks().authenticator();
    this.cluster = parts.cluster();
    this.parking = parts.parking();
    this.search = parts.search();
    this.metrics = parts.metrics();
    this.log = parts.log();
    this.refusals = parts.refusals();
    this.openedNanos = parts.clock().now();
  }

  /** The first packet that the client gets. */
  Packet.Init init() {
    return new Packet.Init(seed, session.connectionInfo().addressText());
  }

  /** Keeps a packet that follows Connect; false if this is the first. Guarded by the session. */
  boolean keep(EncodedPacket encoded) {
    if (!connectReceived) {
      return false;
    }
    early.add(encoded);
    earlyBytes += encoded.rawLength();
    if ((early.size() >= MAX_EARLY_PACKETS || earlyBytes >= MAX_EARLY_BYTES) && !paused) {
      paused = true;
      session.pause();
    }
    return true;
  }

  @Override
  public boolean reject(Refusal refusal) {
    boolean never = refusal == Refusal.TOO_MANY_CLIENTS_OF_ADDRESS;
    return refuse(never ? ConnackCode.ACCESS_DENIED : ConnackCode.UNAVAILABLE, refusal);
  }

  @Override
  public boolean rejected(MalformedPacketException malformed) {
    return refuse(ConnackCode.UNACCEPTABLE_VERSION, Refusal.BAD_CONNECT);
  }

  @Override
  public void tick(long now) {
    long handshake = settings.timeouts().handshake().toNanos();
    if (!connectReceived && now - openedNanos >= handshake) {
      refuse(ConnackCode.UNAVAILABLE, Refusal.HANDSHAKE_TIMEOUT);
    } else if (connectReceived && now - openedNanos >= handshake + MAX_SETTLING_NANOS) {
      refuse(ConnackCode.UNAVAILABLE, Refusal.NOT_CHECKED);
    }
  }

  /** The next packet that was kept, or null. Guarded by the session. */
  EncodedPacket nextEarly() {
    return early.poll();
  }

  /** All that was kept is handled. */
  void resume() {
    if (paused) {
      session.resume();
    }
  }

  /** The first packet, on the transport's thread. */
  void first(EncodedPacket encoded) {
    try {
      if (PacketDecoder.decode(encoded) instanceof Packet.Connect connect) {
        connectReceived = true;
        metrics.received(connect.type(), encoded.messageLength());
        connect(connect, encoded.rawLength());
        return;
      }
    } catch (MalformedPacketException e) {
      metrics.refused(Refusal.MALFORMED_PACKET);
    }
    refuse(ConnackCode.UNACCEPTABLE_VERSION, Refusal.BAD_CONNECT);
  }

  private void connect(Packet.Connect connect, int bytes) {
    if (WireText.encode(connect.uid()).length < ProtocolLimits.MIN_UID) {
      refuse(ConnackCode.UNACCEPTABLE_VERSION, Refusal.BAD_UID);
      return;
    }
    Optional<Refusal> refusal = admission.refusal();
    if (refusal.isPresent()) {
      refuse(ConnackCode.UNAVAILABLE, refusal.get());
      return;
    }
    if (connect.maxSize() > 0) {
      session.outbox().limitMessage(connect.maxSize());
    }
    // kept whole until the authenticator has answered, however many wait for it
    if (!session.keep(bytes)) {
      return;
    }
    authenticate(new ConnectRequest(connect, seed, session.connectionInfo()))
        .whenComplete(
            (result, failure) -> {
              session.keep(-bytes);
              authenticated(connect, result, failure);
            });
  }

  private CompletionStage<Authentication> authenticate(ConnectRequest request) {
    try {
      return authenticator.authenticate(request);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void authenticated(Packet.Connect connect, Authentication result, Throwable failure) {
    if (failure != null) {
      log.authenticationFailed(session, failure);
      refuse(ConnackCode.UNAVAILABLE, Refusal.NOT_CHECKED);
    } else if (result.code() != ConnackCode.ACCEPTED) {
      boolean notNow = result.code() == ConnackCode.UNAVAILABLE;
      Refusal refusal = notNow ? Refusal.NOT_CHECKED : Refusal.NOT_AUTHENTICATED;
      refuse(result.code(), refusal, result.reason());
    } else {
      search
          .find(connect.uid(), result.user())
          .thenAccept(parked -> register(connect, result, parked));
    }
  }

  private void register(
      Packet.Connect connect, Authentication authentication, Optional<ParkingPlace> parked) {
    ConnectionInfo from = session.connectionInfo();
    ClientEntry candidate =
        new ClientEntry(
            connect.uid(),
            parked.map(ParkingPlace::etid).orElseGet(ConnectHandshake::randomEtid),
            nodeName,
            session.connectionId(),
            System.currentTimeMillis(),
            from.addressText(),
            from.transport(),
            WireText.cut(connect.info(), settings.memory().infoBytes()));
    CompletableFuture.completedStage(candidate)
        .thenCompose(each -> cluster.register(each, authentication.user()))
        .whenComplete((entry, failure) -> registered(entry, authentication, parked, failure));
  }

  private static int randomEtid() {
    return Ids.etid(ThreadLocalRandom.current().nextInt());
  }

  private void registered(
      ClientEntry entry,
      Authentication authentication,
      Optional<ParkingPlace> parked,
      Throwable failure) {
    Optional<ParkingPlace> resumed =
        parked.filter(place -> failure == null && place.etid() == entry.etid());
    if (parked.isPresent() && resumed.isEmpty()) {
      parking.abandon(parked.get(), session);
    }
    if (failure != null) {
      log.clusterFailed("register a client", failure);
      refuse(ConnackCode.UNAVAILABLE, Refusal.CLUSTER);
    } else {
      resumed
          .map(search::fetch)
          .orElseGet(() -> CompletableFuture.completedStage(null))
          .thenRun(() -> admit(entry, authentication, resumed));
    }
  }

  /** The application's topic policy has a say in it: what it throws ends this client alone. */
  private void admit(
      ClientEntry entry, Authentication authentication, Optional<ParkingPlace> parked) {
    try {
      if (!connecting.admit(entry, authentication, parked)) {
        gone(entry, parked);
      }
    } catch (RuntimeException | Error e) {
      InternalErrors.report("the admission of a client", e);
      cluster.unregister(entry);
      session.end(CloseReason.INTERNAL_ERROR, e.toString());
    }
  }

  private void gone(ClientEntry entry, Optional<ParkingPlace> parked) {
    if (parked.isPresent()) {
      parking.keep(parked.get(), entry);
    } else {
      cluster.unregister(entry);
    }
  }

  private boolean refuse(ConnackCode code, Refusal refusal) {
    return refuse(code, refusal, refusal.text());
  }

  /** Refuses the client, unless it has a Connack or has gone: false then. */
  private boolean refuse(ConnackCode code, Refusal refusal, String text) {
    if (!connecting.refuse(new Packet.Connack(code, Ids.NONE, text))) {
      return false;
    }
    refusals.refused(session, refusal, text);
    boolean late = refusal == Refusal.HANDSHAKE_TIMEOUT;
    session.end(late ? CloseReason.HANDSHAKE_TIMEOUT : CloseReason.REFUSED, text);
    return true;
  }
}
