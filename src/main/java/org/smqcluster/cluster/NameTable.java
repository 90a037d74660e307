package org.smqcluster.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.infinispan.Cache;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.protocol.Ids;

/**
 * The names of topics and sub-topics and their ids, the same on all nodes. The key is the name
 * space above the id; a name asks for the id that is derived from it, or the next where that is
 * another's. Names are never removed (SMQ section 3.4), but after a split one of two that share an
 * id loses it.
 */
final class NameTable extends CacheTable<Long, String> implements KeptTable<Long> {

  private static final int MAX_PROBES = 1000;

  private record Name(NameSpace space, String text) {}

  private final Cluster.Listener listener;
  private final Map<Long, Name> byKey = new ConcurrentHashMap<>();
  private final Map<Name, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Name, CompletableFuture<Integer>> resolving = new ConcurrentHashMap<>();

  NameTable(Cache<Long, String> cache, CacheWrites writes, Cluster.Listener listener, Object lock) {
    super(cache, KeyForm.LONG, new KeyWrites<>(writes), lock);
    this.listener = listener;
  }

  static long key(NameSpace space, int id) {
    return (long) WireNumbers.NAME_SPACE.of(space) << 32 | id;
  }

  private static NameSpace space(long key) {
    return WireNumbers.NAME_SPACE.constant((int) (key >> 32));
  }

  CompletionStage<Integer> resolve(NameSpace space, String text) {
    Name name = new Name(space, text);
    Integer id = ids.get(name);
    if (id != null) {
      return CompletableFuture.completedStage(id);
    }
    CompletableFuture<Integer> mine = new CompletableFuture<>();
    CompletableFuture<Integer> other = resolving.putIfAbsent(name, mine);
    if (other != null) {
      return other;
    }
    probe(name, 0, mine);
    return mine.whenComplete((done, failure) -> resolving.remove(name, mine));
  }

  private void probe(Name name, int number, CompletableFuture<Integer> resolved) {
    if (number == MAX_PROBES) {
      resolved.completeExceptionally(new IllegalStateException("no id free for " + name));
      return;
    }
    int id = Ids.candidate(name.text(), number);
    long key = key(name.space(), id);
    String text = ClientCodec.toCache(name.text());
    writes
        .inTurn(key, false, () -> cache.putIfAbsentAsync(key, text))
        .whenComplete(
            (owner, failure) -> {
              if (failure != null) {
                resolved.completeExceptionally(failure);
              } else if (owner == null || owner.equals(text)) {
                resolved.complete(id);
              } else {
                probe(name, number + 1, resolved);
              }
            });
  }

  // ---- the index

  @Override
  void apply(Long key, String text) {
    Name old = byKey.get(key);
    if (text == null) {
      return;
    }
    int id = key.intValue();
    Name name = new Name(space(key), ClientCodec.fromCache(text));
    if (name.equals(old)) {
      return;
    }
    if (old != null && isFirst(old, name)) {
      // a merge left the name that has to give way: correct it on all nodes
      assertAgain(key);
      return;
    }
    byKey.put(key, name);
    if (old != null) {
      lose(id, old);
    }
    Integer otherId = ids.get(name);
    if (otherId != null && otherId != id) {
      int loser = isProbedBefore(name.text(), id, otherId) ? otherId : id;
      if (loser == id) {
        return;
      }
      lose(loser, name);
    }
    ids.put(name, id);
    listener.named(name.space(), id, name.text());
  }

  private static boolean isFirst(Name one, Name other) {
    String text = ClientCodec.toCache(one.text());
    return CacheSettings.smallerName(text, ClientCodec.toCache(other.text())) == text;
  }

  private void lose(int id, Name name) {
    if (ids.remove(name, id)) {
      listener.nameLost(name.space(), id, name.text());
    }
  }

  /** Whether the first id comes before the second in the order in which a name asks for ids. */
  private static boolean isProbedBefore(String name, int first, int second) {
    for (int number = 0; number < MAX_PROBES; number++) {
      int candidate = Ids.candidate(name, number);
      if (candidate == first || candidate == second) {
        return candidate == first;
      }
    }
    return first < second;
  }

  @Override
  public Set<Long> known() {
    return byKey.keySet();
  }

  /** Every node writes the names that the cache lost; they agree on them. */
  @Override
  void assertOwn() {
    byKey.keySet().stream().filter(key -> !isCached(key)).forEach(this::assertAgain);
  }

  @Override
  Map<Long, Long> own() {
    Map<Long, Long> entries = new HashMap<>();
    byKey.forEach((key, name) -> entries.put(key, (long) name.text().hashCode()));
    return entries;
  }

  @Override
  void assertAgain(Long key) {
    writes.latest(key, Kind.ASSERT, () -> write(key, ClientCodec.toCache(byKey.get(key).text())));
  }

  private CompletionStage<Boolean> write(Long key, String text) {
    return writeUnless(key, text, other -> CacheSettings.smallerName(text, other) != text);
  }

  /** A name in the cache's form has characters up to U+00FF alone. */
  @Override
  public Optional<byte[]> stored(Long key) {
    return Optional.ofNullable(byKey.get(key))
        .map(name -> ClientCodec.toCache(name.text()).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public CompletionStage<Boolean> restore(Long key, byte[] value) {
    String text = new String(value, StandardCharsets.ISO_8859_1);
    return stored(key).filter(known -> Arrays.equals(known, value)).isPresent()
        ? CompletableFuture.completedStage(true)
        : writes.inTurn(key, false, () -> write(key, text)).thenApply(won -> true);
  }
}
