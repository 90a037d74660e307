package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.testing.NamedPipe;

/** What a table's file keeps, whole, cut off or damaged. */
class StateFileTest {

  /** The file of a table with the entry a: "1", in layout 1. */
  private static final String GOLDEN =
      "534d5120737461746520310a" // SMQ state 1
          + "00000005d7b8ee46" // length, CRC-32
          + "0100016131";

  @TempDir private Path directory;
  private Path path;
  private final Table table = new Table();

  @BeforeEach
  void path() {
    path = directory.resolve("table.state");
  }

  /** A table without a cluster: all that is restored is taken. */
  private static final class Table implements KeptTable<String> {

    private final Map<String, byte[]> entries = new ConcurrentHashMap<>();

    @Override
    public String name() {
      return "table";
    }

    @Override
    public Set<String> known() {
      return entries.keySet();
    }

    @Override
    public Optional<byte[]> stored(String key) {
      return Optional.ofNullable(entries.get(key));
    }

    @Override
    public CompletionStage<Boolean> restore(String key, byte[] value) {
      entries.put(key, value);
      return CompletableFuture.completedStage(true);
    }

    @Override
    public KeyForm<String> keys() {
      return KeyForm.TEXT;
    }
  }

  private TableState<String> state() throws IOException {
    TableState<String> state = new TableState<>(table, new StateFile(path));
    state.restore();
    return state;
  }

  private void put(TableState<String> state, String key, String value) {
    table.entries.put(key, value.getBytes(StandardCharsets.UTF_8));
    state.changed(key);
  }

  private Map<String, String> read() throws IOException {
    Table other = new Table();
    Path copy = Files.copy(path, directory.resolve("copy-" + System.nanoTime()));
    try (StateFile file = new StateFile(copy)) {
      TableState<String> state = new TableState<>(other, file);
      state.restore();
    }
    Map<String, String> texts = new TreeMap<>();
    other.entries.forEach(
        (key, value) -> texts.put(key, new String(value, StandardCharsets.UTF_8)));
    return texts;
  }

  @Test
  void theLatestOfEachKeyIsThereAtAnyMomentWithoutAnEnd() throws IOException {
    TableState<String> state = state();
    put(state, "a", "1");
    put(state, "b", "1");
    state.write();
    assertEquals(Map.of("a", "1", "b", "1"), read());
    put(state, "a", "2");
    table.entries.remove("b");
    state.changed("b");
    assertEquals(2, state.pending());
    state.write();
    assertEquals(0, state.pending());
    assertEquals(Map.of("a", "2"), read());
    assertEquals(Files.size(path), state.bytes());
    state.close();
  }

  @Test
  void aFileThatIsCutOffAnywhereHasWhatIsBeforeTheCut() throws IOException {
    TableState<String> state = state();
    put(state, "a", "first");
    state.write();
    long first = Files.size(path);
    put(state, "b", "second");
    state.write();
    state.close();
    byte[] whole = Files.readAllBytes(path);
    for (int length = (int) first; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertEquals(Map.of("a", "first"), read(), "cut at " + length);
    }
    for (int length = 0; length < first; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertEquals(Map.of(), read(), "cut at " + length);
    }
  }

  @Test
  void aDamagedFileHasWhatIsBeforeTheDamageAndIsKeptAsItWas() throws IOException {
    TableState<String> state = state();
    put(state, "a", "first");
    state.write();
    int first = (int) Files.size(path);
    put(state, "b", "second");
    put(state, "c", "third");
    state.write();
    state.close();
    byte[] whole = Files.readAllBytes(path);
    for (int at = first; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x41;
      Files.write(path, damaged);
      assertEquals("first", read().get("a"), "damaged at " + at);
      assertTrue(read().size() < 3, "damaged at " + at);
    }
    byte[] damaged = Files.readAllBytes(path);
    table.entries.clear();
    state().close();
    assertArrayEquals(damaged, Files.readAllBytes(directory.resolve("table.state.damaged")));
    assertEquals("first", read().get("a"), "the file is whole again");
  }

  /** As a file system may leave the end of a file after a power cut. */
  @Test
  void aFileThatEndsInZerosHasWhatIsBeforeThem() throws IOException {
    TableState<String> state = state();
    put(state, "a", "first");
    state.write();
    state.close();
    for (int zeros : new int[] {1, 8, 9, 4096}) {
      byte[] whole = Files.readAllBytes(path);
      Files.write(path, Arrays.copyOf(whole, whole.length + zeros));
      assertEquals(Map.of("a", "first"), read(), zeros + " zeros");
    }
  }

  @Test
  void aKeyThatChangesAgainAndAgainMakesNeitherAQueueNorALargeFile() throws IOException {
    TableState<String> state = state();
    String value = "x".repeat(100_000);
    for (int i = 0; i < 200; i++) {
      put(state, "key", value + i);
      put(state, "key", value + i);
      assertEquals(1, state.pending());
      state.write();
      assertTrue(state.bytes() < 3L << 20, state.bytes() + " bytes");
    }
    assertEquals(value + 199, read().get("key"));
    state.close();
  }

  @Test
  void whatCannotBeWrittenIsWrittenLaterAndWaitsWithinABound() throws IOException {
    TableState<String> state = state();
    put(state, "a", "1");
    state.write();
    Path inTheWay = Files.createDirectory(directory.resolve("table.state.new"));
    for (int i = 0; i < 50_000; i++) {
      state.changed("gone-" + i);
    }
    put(state, "a", "2");
    assertThrows(IOException.class, state::write);
    assertEquals(0, state.pending(), "the whole table is what waits");
    assertEquals(Map.of("a", "1"), read());
    Files.delete(inTheWay);
    state.write();
    assertEquals(Map.of("a", "2"), read());
    state.close();
  }

  @Test
  void theLayoutIsThatOfEveryRelease() throws IOException {
    TableState<String> state = state();
    put(state, "a", "1");
    state.close();
    assertEquals(GOLDEN, HexFormat.of().formatHex(Files.readAllBytes(path)));
  }

  @Test
  void aDirectoryThatCannotBeUsedIsRefusedWithTheReason() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertRefused(file, "it or its parent is not a directory");
    assertRefused(file.resolve("below"), "it cannot be written");
    try (StateDirectory used = StateDirectory.open(directory.resolve("deep/state"))) {
      assertEquals(0, used.bytes());
      assertRefused(directory.resolve("deep/state"), "another process uses it");
    }
    StateDirectory.open(directory.resolve("deep/state")).close();
  }

  /** A pipe is waited for, and what a link names is another's. */
  @Test
  void whatIsNoFileInTheDirectoryIsRefusedAndNeitherWaitedForNorWritten() throws Exception {
    Path other = Files.writeString(directory.resolve("other"), "not ours");
    Path link = directory.resolve("link");
    Path pipe = NamedPipe.make(directory.resolve("pipe"));
    for (Path wrong : List.of(pipe, Files.createSymbolicLink(link, other), directory)) {
      for (String name : List.of("table.state", "table.state.new", "lock")) {
        Path place = Files.createDirectory(directory.resolve("state-" + System.nanoTime()));
        Files.createSymbolicLink(place.resolve(name), wrong);
        if (wrong == pipe) {
          Files.delete(place.resolve(name));
          NamedPipe.make(place.resolve(name));
        }
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> {
              IOException refused =
                  assertThrows(
                      IOException.class,
                      () -> {
                        try (StateDirectory opened = StateDirectory.open(place)) {
                          assertEquals(0, opened.bytes());
                          new TableState<>(table, new StateFile(place.resolve("table.state")))
                              .restore();
                        }
                      });
              assertTrue(refused.getMessage().contains(name), refused.toString());
              assertTrue(refused.getMessage().contains("not a regular file"), refused.toString());
            });
      }
    }
    assertEquals("not ours", Files.readString(other));
  }

  private static void assertRefused(Path path, String reason) {
    IOException refused = assertThrows(IOException.class, () -> StateDirectory.open(path));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }
}
