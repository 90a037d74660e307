package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet.Publish;

/**
 * What this node keeps for the clients of one node that died, found by TID and ETID: each message
 * is looked at once when it is added, and by the clients that it is for, however many others come.
 * Holds a reference and 4 to 8 bytes for each message beside it. Thread-safe.
 */
final class KeptMessages {

  /** The messages for one id: their places in what is kept, rising. */
  private static final class Places {

    private int[] places = new int[1];
    private int size;

    private void add(int place) {
      if (size == places.length) {
        places = Arrays.copyOf(places, 2 * size);
      }
      places[size++] = place;
    }

    private Reader from(int place) {
      int found = Arrays.binarySearch(places, 0, size, place);
      return new Reader(this, found < 0 ? -1 - found : found);
    }
  }

  /** Reads the places of one id. */
  private static final class Reader {

    private final Places of;
    private int next;

    private Reader(Places of, int next) {
      this.of = of;
      this.next = next;
    }

    private boolean hasNext() {
      return next < of.size;
    }

    private int place() {
      return of.places[next];
    }
  }

  private final Supplier<Optional<List<EncodedPacket>>> source;
  private final Function<EncodedPacket, Optional<Publish>> decoder;
  private final List<EncodedPacket> packets = new ArrayList<>();
  private final Map<Integer, Places> byId = new HashMap<>();

  /**
   * @param source takes what was not taken before; empty while it is not known where that begins
   * @param decoder empty for what is not a message
   */
  KeptMessages(
      Supplier<Optional<List<EncodedPacket>>> source,
      Function<EncodedPacket, Optional<Publish>> decoder) {
    this.source = source;
    this.decoder = decoder;
  }

  /** Adds what has come; false if the source is not ready yet. */
  synchronized boolean update() {
    Optional<List<EncodedPacket>> more = source.get();
    more.ifPresent(all -> all.forEach(this::add));
    return more.isPresent();
  }

  private void add(EncodedPacket packet) {
    decoder
        .apply(packet)
        .ifPresent(
            message -> {
              byId.computeIfAbsent(message.tid(), id -> new Places()).add(packets.size());
              packets.add(packet);
            });
  }

  /**
   * The messages for some ids, in the order kept.
   *
   * @param from place of the first one that is looked at
   * @param maxBytes where the part ends, the first message excepted
   * @param to is given the messages
   * @return the place that the next part begins at; {@link Handover#END} if there is none
   */
  synchronized int part(Collection<Integer> ids, int from, long maxBytes, List<Publish> to) {
    PriorityQueue<Reader> readers = new PriorityQueue<>(Comparator.comparingInt(Reader::place));
    ids.stream()
        .distinct()
        .map(byId::get)
        .filter(Objects::nonNull)
        .map(places -> places.from(from))
        .filter(Reader::hasNext)
        .forEach(readers::add);
    long bytes = 0;
    while (!readers.isEmpty()) {
      Reader first = readers.remove();
      EncodedPacket packet = packets.get(first.place());
      bytes += packet.rawLength();
      if (bytes > maxBytes && !to.isEmpty()) {
        return first.place();
      }
      decoder.apply(packet).ifPresent(to::add);
      first.next++;
      if (first.hasNext()) {
        readers.add(first);
      }
    }
    return Handover.END;
  }
}
