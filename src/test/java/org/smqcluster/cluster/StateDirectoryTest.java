package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.broker.spi.SharedRecords.Versioned;

/** Nodes whose state outlives the end of all of them. */
class StateDirectoryTest {

  @TempDir private Path directory;
  private final List<TestNode> nodes = new ArrayList<>();
  private List<Integer> ports;

  @BeforeEach
  void ports() throws IOException {
    ports = TestNode.freePorts(2);
  }

  @AfterEach
  void endThem() {
    nodes.forEach(TestNode::close);
  }

  /** Starts node 0 or 1 with its own directory. */
  private TestNode start(int index) throws IOException {
    TestNode node = new TestNode("n" + index, ports.get(index), ports, state(index));
    nodes.add(node);
    return node;
  }

  private Path state(int index) {
    return directory.resolve("n" + index);
  }

  private void endAll() {
    nodes.forEach(TestNode::close);
    nodes.clear();
  }

  private static void together(TestNode a, TestNode b) {
    TestNode.await("both nodes", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
  }

  private static SharedRecords records(TestNode node) {
    return node.node.records("kept", 100, 10_000);
  }

  private static void put(SharedRecords records, String key, long version, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TestNode.await(records.put(key, () -> Optional.of(new Versioned(version, bytes))));
  }

  private static String text(SharedRecords records, String key) {
    return records.get(key).map(r -> new String(r.bytes(), StandardCharsets.UTF_8)).orElse("none");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private void delete(int index) throws IOException {
    try (Stream<Path> files = Files.list(state(index))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void namesKeepTheirIdsAndRecordsAreThereWhicheverNodeStartsFirst() throws IOException {
    TestNode a = start(0);
    TestNode b = start(1);
    together(a, b);
    int plain = a.topic("plain");
    int foreign = b.topic("t\u00f6pic \u6e29\u5ea6");
    String[] clash = NameClash.find();
    int first = a.topic(clash[0]);
    int second = b.topic(clash[1]);
    records(a);
    long now = System.currentTimeMillis();
    put(records(b), "stays", now, "1");
    put(records(b), "changes", now, "1");
    put(records(b), "goes", now, "1");
    put(records(a), "changes", now + 1, "2");
    TestNode.await(records(a).remove("goes", now, now + 1));
    endAll();

    TestNode again = start(1);
    assertEquals(second, again.names.get(clash[1]));
    TestNode other = start(0);
    for (TestNode node : List.of(again, other)) {
      assertEquals(plain, node.names.get("plain"));
      assertEquals(foreign, node.names.get("t\u00f6pic \u6e29\u5ea6"));
      assertEquals(first, node.topic(clash[0]));
      assertEquals(second, node.topic(clash[1]));
      assertEquals("1", text(records(node), "stays"));
      assertEquals("2", text(records(node), "changes"));
      assertEquals("none", text(records(node), "goes"));
    }
  }

  @Test
  void anOldStateLosesAndBringsBackNoRemovalWhetherItsNodeStartsFirstOrLast() throws IOException {
    for (boolean oldFirst : new boolean[] {true, false}) {
      TestNode a = start(0);
      TestNode b = start(1);
      together(a, b);
      long now = System.currentTimeMillis();
      records(a);
      put(records(b), "changes", now, "old");
      put(records(b), "goes", now, "old");
      a.topic("old");
      endAll();
      copy(state(0), directory.resolve("old"));

      b = start(1);
      put(records(b), "changes", now + 1, "new");
      TestNode.await(records(b).remove("goes", now, now + 1));
      b.topic("new");
      endAll();
      delete(0);
      copy(directory.resolve("old"), state(0));

      TestNode one = start(oldFirst ? 0 : 1);
      assertEquals(oldFirst ? "old" : "none", text(records(one), "goes"));
      TestNode other = start(oldFirst ? 1 : 0);
      records(other);
      for (TestNode node : List.of(one, other)) {
        assertEquals("new", text(records(node), "changes"));
        assertEquals("none", text(records(node), "goes"));
        assertEquals(one.names.get("new"), node.names.get("new"));
        assertEquals(one.names.get("old"), node.names.get("old"));
      }
      endAll();
      delete(0);
      delete(1);
      try (Stream<Path> files = Files.list(directory.resolve("old"))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Test
  void aNodeWithADamagedStateHasWhatTheOtherHas() throws IOException {
    TestNode a = start(0);
    TestNode b = start(1);
    together(a, b);
    records(a);
    put(records(b), "key", System.currentTimeMillis(), "1");
    int id = a.topic("topic");
    endAll();
    for (String file : List.of("names-default.state", "map-kept.state")) {
      byte[] bytes = Files.readAllBytes(state(0).resolve(file));
      bytes[20] ^= 1;
      Files.write(state(0).resolve(file), bytes);
    }

    a = start(0);
    assertEquals("none", text(records(a), "key"));
    b = start(1);
    records(b);
    TestNode restored = a;
    assertEquals("1", text(records(restored), "key"));
    TestNode.await("the name", () -> Integer.valueOf(id).equals(restored.names.get("topic")));
  }
}
