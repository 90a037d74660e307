package org.smqcluster.admin.bans;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.ParserInput;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.WireText;

/**
 * The bans of the cluster: in a replicated cache as JSON, with an index at each node. A client is
 * checked when it connects; within a second after a change all connected clients are. Thread-safe.
 */
@ApplicationScoped
public class Bans implements BrokerListener {

  public static final int MAX_BANS = 1000;

  /** Most bytes of all bans on each node. */
  public static final long MAX_BYTES = 2L * 1024 * 1024;

  private static final LimitedLog LOG = new LimitedLog(Bans.class);

  @Inject private SmqNode node;
  @Inject private Jsonb jsonb;
  @Inject private ScheduledExecutorService executor;
  private final Map<String, Ban> bans = new ConcurrentHashMap<>();
  private volatile boolean changed;
  private SharedRecords records;

  void start(@Observes NodeStarted started) {
    records = started.node().cluster().records("smq.bans", MAX_BANS, MAX_BYTES);
    records.watch(this::changed);
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the bans", this::enforce), 1, 1, TimeUnit.SECONDS);
  }

  private void changed(String key, SharedRecords.Versioned record) {
    if (record.isRemoved()) {
      bans.remove(key);
      return;
    }
    try {
      bans.put(key, jsonb.fromJson(ParserInput.utf8(record.bytes()), Ban.class));
      changed = true;
    } catch (JsonbException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Ignored a ban that a node of a later version wrote: {0}",
          key);
    }
  }

  private void enforce() {
    Instant now = Instant.now();
    bans.values().stream().filter(ban -> !ban.holds(now)).forEach(this::remove);
    if (changed) {
      changed = false;
      for (Broker broker : node.brokers()) {
        broker.clients().forEach(this::connected);
      }
    }
  }

  /** Looks again, because the client may have been banned while it was being authenticated. */
  @Override
  public void connected(Client client) {
    find(client.uid(), client.user(), client.connectionInfo().addressText())
        .ifPresent(ban -> client.disconnect(CloseReason.REVOKED, text(ban)));
  }

  /** What a banned client is told. */
  static String text(Ban ban) {
    String until = ban.until() == null ? "" : " until " + ban.until();
    return "banned" + until + (ban.reason().isEmpty() ? "" : ": " + ban.reason());
  }

  /** The ban of a client that asks to connect, or is connected. */
  Optional<Ban> find(String uid, Optional<String> user, String address) {
    if (bans.isEmpty()) {
      return Optional.empty();
    }
    return find(Ban.Kind.UID, WireText.printable(uid))
        .or(() -> user.flatMap(name -> find(Ban.Kind.USER, name)))
        .or(() -> find(Ban.Kind.ADDRESS, address));
  }

  /** The ban of this value, while it holds. */
  public Optional<Ban> find(Ban.Kind kind, String value) {
    return Optional.ofNullable(bans.get(Ban.key(kind, value)))
        .filter(ban -> ban.holds(Instant.now()));
  }

  public Collection<Ban> all() {
    return bans.values();
  }

  /**
   * Bans, or changes a ban.
   *
   * @return completes when all nodes know; fails with {@link SharedRecords.FullException} if there
   *     is no room
   */
  public CompletionStage<Void> put(Ban ban) {
    byte[] json = jsonb.toJson(ban).getBytes(StandardCharsets.UTF_8);
    return records.put(
        ban.key(),
        () -> Optional.of(new SharedRecords.Versioned(ban.since().toEpochMilli(), json)));
  }

  /** Takes a ban back; completes when all nodes know. */
  public CompletionStage<Void> remove(Ban ban) {
    long version = ban.since().toEpochMilli();
    return records.remove(ban.key(), version, Math.max(version + 1, System.currentTimeMillis()));
  }

  /**
   * Refuses banned clients, before their passwords are checked where it can. Thread-safe.
   *
   * @param authenticator asked for the clients that are not banned
   */
  public record Check(Bans bans, Authenticator authenticator) implements Authenticator {

    @Override
    public boolean appliesTo(ConnectRequest request) {
      return authenticator.appliesTo(request);
    }

    @Override
    public CompletionStage<Authentication> authenticate(ConnectRequest request) {
      return refusal(request, Optional.empty())
          .<CompletionStage<Authentication>>map(CompletableFuture::completedStage)
          .orElseGet(
              () ->
                  authenticator
                      .authenticate(request)
                      .thenApply(
                          result ->
                              result
                                  .user()
                                  .flatMap(u -> refusal(request, result.user()))
                                  .orElse(result)));
    }

    private Optional<Authentication> refusal(ConnectRequest request, Optional<String> user) {
      return bans.find(request.connect().uid(), user, request.connection().addressText())
          .map(ban -> Authentication.refused(ConnackCode.ACCESS_DENIED, text(ban)));
    }
  }
}
