package org.smqcluster.led;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Bounds the devices that are remembered: any client may announce one, under any UID. Devices that
 * are online are never forgotten. Of those that are offline, one of the network with most devices
 * goes first, its oldest: a network cannot push out the devices of one that has fewer.
 *
 * @param most bound of all devices
 * @param networkPercent share of it that one network may use, in percent
 * @param keepMillis time since a device that is offline was heard, after which it is forgotten
 */
record DeviceLimit(DeviceAmount most, int networkPercent, long keepMillis) {

  /** The devices of one network during the choice of those to forget. */
  private static final class Party {
    final String network;
    final Deque<Device> offline = new ArrayDeque<>();
    DeviceAmount amount;

    Party(String network, DeviceAmount amount) {
      this.network = network;
      this.amount = amount;
    }
  }

  /** What one network may use; devices without one share all. */
  DeviceAmount share(String network) {
    return network.isEmpty() ? most : most.percent(networkPercent);
  }

  /**
   * Which devices have to go for another one, or for more of a known one.
   *
   * @return none if there is room already; empty if there is no room and it cannot be made
   */
  Optional<List<Device>> toForgetFor(Device wanted, SharedDevices store, Predicate<Device> online) {
    DeviceAmount more =
        DeviceAmount.of(wanted).minus(DeviceAmount.of(store.get(wanted.uid()).orElse(null)));
    if (more.fits(DeviceAmount.NONE)) {
      return Optional.of(List.of());
    }
    String network = wanted.network();
    DeviceAmount own = store.use(network).plus(more);
    DeviceAmount all = store.use().plus(more);
    boolean shareIsFull = !own.fits(share(network));
    if (!shareIsFull && all.fits(most)) {
      return Optional.of(List.of());
    }
    Map<String, Party> parties =
        parties(store, device -> !device.uid().equals(wanted.uid()) && !online.test(device));
    double part = own.partOf(most);
    parties
        .values()
        .removeIf(
            party ->
                !party.network.equals(network)
                    && (shareIsFull || party.amount.partOf(most) < part));
    List<Device> gone = new ArrayList<>();
    DeviceAmount bound = shareIsFull ? share(network) : most;
    DeviceAmount left = forget(parties, shareIsFull ? own : all, bound, gone);
    return left.fits(bound) ? Optional.of(gone) : Optional.empty();
  }

  /** The devices that are too many, as after the merge of a split, and those that are too old. */
  List<Device> toForget(SharedDevices store, Predicate<Device> online, long now) {
    List<Device> gone = new ArrayList<>();
    DeviceAmount left = store.use();
    for (Device device : store.all()) {
      if (now - device.lastSeen() > keepMillis && !online.test(device)) {
        gone.add(device);
        left = left.minus(DeviceAmount.of(device));
      }
    }
    if (!left.fits(most)) {
      Set<Device> old = new HashSet<>(gone);
      forget(
          parties(store, device -> !old.contains(device) && !online.test(device)),
          left,
          most,
          gone);
    }
    return gone;
  }

  private Map<String, Party> parties(SharedDevices store, Predicate<Device> mayGo) {
    Map<String, Party> parties = new HashMap<>();
    store.all().stream()
        .filter(mayGo)
        .sorted(Comparator.comparingLong(Device::lastSeen))
        .forEach(
            device ->
                parties
                    .computeIfAbsent(device.network(), n -> new Party(n, store.use(n)))
                    .offline
                    .add(device));
    return parties;
  }

  /** Takes devices of the largest party in turn until some room is free; returns what is left. */
  private DeviceAmount forget(
      Map<String, Party> parties, DeviceAmount amount, DeviceAmount bound, List<Device> gone) {
    PriorityQueue<Party> largest =
        new PriorityQueue<>(
            Comparator.comparingDouble((Party party) -> -party.amount.partOf(most))
                .thenComparingLong(party -> party.offline.peek().lastSeen()));
    largest.addAll(parties.values());
    DeviceAmount left = amount;
    while (!largest.isEmpty() && !left.fits(bound.withRoom())) {
      Party party = largest.poll();
      Device oldest = party.offline.poll();
      gone.add(oldest);
      left = left.minus(DeviceAmount.of(oldest));
      party.amount = party.amount.minus(DeviceAmount.of(oldest));
      if (!party.offline.isEmpty()) {
        largest.add(party);
      }
    }
    return left;
  }
}
