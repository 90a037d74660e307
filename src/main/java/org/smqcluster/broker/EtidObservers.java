package org.smqcluster.broker;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.broker.spi.InternalErrors;

/** The observations of ETIDs by clients of this node (SMQ section 3.7). Thread-safe. */
final class EtidObservers {

  private final Map<Integer, Set<Observer>> observers = new ConcurrentHashMap<>();

  void add(int etid, Observer observer) {
    observers.compute(
        etid,
        (id, set) -> {
          Set<Observer> all = set == null ? new HashSet<>(2) : set;
          all.add(observer);
          return all;
        });
  }

  /** Ends an observation; false if it had ended before. */
  boolean remove(int etid, Observer observer) {
    boolean[] removed = {false};
    observers.computeIfPresent(
        etid,
        (id, set) -> {
          removed[0] = set.remove(observer);
          return set.isEmpty() ? null : set;
        });
    return removed[0];
  }

  /** The ETID is gone: its observers are told, and their observations are over. */
  void gone(int etid) {
    Set<Observer> all = observers.remove(etid);
    if (all != null) {
      InternalErrors.forEach(
          "telling that a client is gone", all, observer -> observer.changed(etid, 0));
    }
  }
}
