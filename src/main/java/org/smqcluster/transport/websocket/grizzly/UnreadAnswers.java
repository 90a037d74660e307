package org.smqcluster.transport.websocket.grizzly;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.ClientNetwork;

/**
 * Chooses the peers whose answers are cut, because they read them so slowly that threads of the
 * server wait: all beyond a few of an address (IPv6: network of 64 bits), and beyond a share of the
 * threads in all; those that have taken nothing for longest go first. So a client on a slow link
 * gets its answer, and peers that read nothing leave threads to all others. Not thread-safe.
 *
 * @param <C> a connection
 */
final class UnreadAnswers<C> {

  /**
   * Waiting for longer counts. Linux takes more of an answer when a third of what it has is sent,
   * so one that waits may seem to stand still for seconds.
   */
  static final long GRACE_SECONDS = 2;

  /** Half of the requests of an address that are handled at a time. */
  static final int MAX_OF_NETWORK = 4;

  /** A quarter of the server's threads. */
  static final int MAX = 50;

  /**
   * An answer that a thread waits with.
   *
   * @param network the request counts for it
   * @param bytes that the system has not taken
   */
  record Answer(ClientNetwork network, int bytes) {}

  private record Wait(Answer answer, long since, long taken) {}

  private Map<C, Wait> waits = Map.of();

  /**
   * Which connections to cut; to be asked about once a second.
   *
   * @param waiting all connections for which a thread waits now
   * @param now in nanoseconds
   */
  List<C> excess(Map<C, Answer> waiting, long now) {
    Map<C, Wait> seen = new HashMap<>();
    waiting.forEach((connection, answer) -> seen.put(connection, wait(connection, answer, now)));
    waits = seen;
    List<Map.Entry<C, Wait>> slow = new ArrayList<>();
    for (Map.Entry<C, Wait> each : seen.entrySet()) {
      if (now - each.getValue().since() >= TimeUnit.SECONDS.toNanos(GRACE_SECONDS)) {
        slow.add(each);
      }
    }
    slow.sort(Comparator.comparingLong(each -> now - each.getValue().taken()));
    List<C> excess = new ArrayList<>();
    Map<ClientNetwork, Integer> networks = new HashMap<>();
    int left = 0;
    for (Map.Entry<C, Wait> each : slow) {
      ClientNetwork network = each.getValue().answer().network();
      if (left < MAX && networks.merge(network, 1, Integer::sum) <= MAX_OF_NETWORK) {
        left++;
      } else {
        excess.add(each.getKey());
      }
    }
    return excess;
  }

  private Wait wait(C connection, Answer answer, long now) {
    Wait before = waits.get(connection);
    if (before == null) {
      return new Wait(answer, now, now);
    }
    boolean same = before.answer().bytes() == answer.bytes();
    return new Wait(answer, before.since(), same ? before.taken() : now);
  }
}
