package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.smqcluster.api.SharedCodec;
import org.smqcluster.api.SharedMap;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.broker.spi.SharedRecords.Versioned;

/** Shared maps of two nodes, as bytes and as applications have them. */
class SharedRecordsTest {

  private static TestNode a;
  private static TestNode b;

  /** Texts as bytes, but for those that fail as an application's codec may. */
  private static final class Text implements SharedCodec<String> {

    @Override
    public byte[] encode(String value) {
      if (value.equals("circular")) {
        throw new StackOverflowError();
      } else if (value.equals("unwritable")) {
        throw new IllegalArgumentException(value);
      }
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.equals("unreadable")) {
        throw new IllegalArgumentException(text);
      } else if (text.equals("too deep")) {
        throw new StackOverflowError();
      }
      return text;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    a = new TestNode("a", 0, ports);
    b = new TestNode("b", 1, ports);
    TestNode.await("both nodes", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
  }

  private static SharedRecords records(TestNode node, String name) {
    return node.node.records(name, 3, 100);
  }

  private static SharedMap<String> map(TestNode node, String name) {
    SharedMap<String> map = new SharedMap<>(name, new Text());
    map.connect(records(node, name));
    return map;
  }

  private static void put(SharedRecords records, String key, long version, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TestNode.await(records.put(key, () -> Optional.of(new Versioned(version, bytes))));
  }

  private static String text(SharedRecords records, String key) {
    return records.get(key).map(r -> new String(r.bytes(), StandardCharsets.UTF_8)).orElse("none");
  }

  @Test
  void theOtherNodeIsToldAndARemovalDoesNotUndoALaterRecord() {
    for (String name : List.of("told", "devices")) {
      SharedRecords here = records(a, name);
      SharedRecords there = records(b, name);
      List<String> told = new CopyOnWriteArrayList<>();
      there.watch((key, record) -> told.add(key + (record.isRemoved() ? "-" : "+")));
      put(here, "dev", 1, "x");
      assertEquals("x", text(there, "dev"));
      put(here, "dev", 3, "y");
      put(here, "dev", 2, "too late");
      TestNode.await(there.remove("dev", 1, 2));
      assertEquals("y", text(here, "dev"), "put since");
      TestNode.await(there.remove("dev", 3, 4));
      assertEquals("none", text(here, "dev"));
      assertEquals(0, here.size());
      assertEquals(0, here.bytes());
      assertEquals(List.of("dev+", "dev+", "dev-"), told);
    }
  }

  @Test
  void ofOneVersionTheGreaterBytesStayWhicheverIsWrittenFirst() {
    put(records(a, "ties"), "one", 5, "a");
    put(records(b, "ties"), "one", 5, "b");
    put(records(a, "ties"), "two", 5, "b");
    put(records(b, "ties"), "two", 5, "a");
    assertEquals("b", text(records(a, "ties"), "one"));
    assertEquals("b", text(records(a, "ties"), "two"));
  }

  @Test
  void aRemovalKeepsAnEarlierRecordOut() {
    SharedRecords here = records(a, "removals");
    put(here, "key", 10, "x");
    TestNode.await(here.remove("key", 10, 12));
    put(records(b, "removals"), "key", 11, "of a node that was cut off");
    assertEquals("none", text(here, "key"));
    put(here, "key", 13, "again");
    assertEquals("again", text(records(b, "removals"), "key"));
  }

  @Test
  void recordsThatWaitDelayNoOtherWrites() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Supplier<Optional<Versioned>> slow =
        () -> {
          try {
            held.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Optional.empty();
        };
    CompletionStage<Void> put = records(a, "slow").put("key", slow);
    try {
      TestNode.await(a.node.state(NodeState.READY));
    } finally {
      held.countDown();
    }
    TestNode.await(put);
  }

  @Test
  void aFullMapRefusesFurtherKeysAndMoreBytesAndCountsIt() {
    SharedMap<String> map = map(a, "full");
    SharedRecords there = records(b, "full");
    TestNode.await(map.put("1", "one"));
    TestNode.await(map.put("2", "two"));
    TestNode.await(map.put("3", "three"));
    CompletionException full =
        assertThrows(
            CompletionException.class, () -> map.put("4", "four").toCompletableFuture().join());
    assertInstanceOf(SharedRecords.FullException.class, full.getCause());
    assertEquals(Optional.empty(), map.get("4"));
    assertThrows(
        CompletionException.class,
        () -> map.put("3", "x".repeat(100)).toCompletableFuture().join());
    assertEquals(Optional.of("three"), map.get("3"), "the value of before");
    assertEquals(2, records(a, "full").refused());
    TestNode.await(map.put("3", "3"));
    assertEquals(3, there.size());
    assertEquals(there.bytes(), records(a, "full").bytes());
    map.remove("1", "one");
    TestNode.await("the removal", () -> there.size() == 2 && records(a, "full").size() == 2);
    TestNode.await(map.put("4", "four"));
  }

  @Test
  void aMapIsReadAtOnceAndItsWatchersHearEachNodesChangesWithTheValueOfBefore() {
    SharedMap<String> here = map(a, "watched");
    SharedMap<String> there = map(b, "watched");
    TestNode.await(here.put("first", "1"));
    List<String> told = new CopyOnWriteArrayList<>();
    there.watch((key, before, now) -> told.add(key + before.orElse("-") + now.orElse("-")));
    here.put("key", "1");
    assertEquals(Optional.of("1"), here.get("key"));
    TestNode.await("the key", () -> there.get("key").equals(Optional.of("1")));
    TestNode.await(there.put("key", "2"));
    assertEquals(Optional.of("2"), here.get("key"));
    here.remove("key", "1");
    here.remove("key", "2");
    assertEquals(Optional.empty(), here.get("key"));
    TestNode.await("the removal", () -> there.get("key").isEmpty());
    assertEquals(List.of("first-1", "key-1", "key12", "key2-"), told);
    TestNode.await(here.put("key", "3"));
    assertEquals(List.of("1", "3"), there.values().stream().sorted().toList());
  }

  /** One write of a key is under way: what is put meanwhile is told as the latest. */
  @Test
  void aKeyThatChangesFastIsToldAsItsLatestValue() {
    SharedMap<String> here = map(a, "fast");
    SharedMap<String> there = map(b, "fast");
    List<String> told = new CopyOnWriteArrayList<>();
    there.watch((key, before, now) -> told.add(now.orElse("-")));
    for (int i = 0; i < 10_000; i++) {
      here.put("key", "" + i);
    }
    TestNode.await("the last value", () -> there.get("key").equals(Optional.of("9999")));
    assertTrue(told.size() < 20, told.size() + " writes");
  }

  @Test
  void anEntryThatThisReleaseCannotReadIsIgnored() {
    SharedMap<String> there = map(b, "unread");
    put(records(a, "unread"), "key", 1, "unreadable");
    put(records(a, "unread"), "deep", 1, "too deep");
    put(records(a, "unread"), "other", 1, "text");
    assertEquals(List.of("text"), List.copyOf(there.values()));
  }

  /** A write that never ended would end the node. */
  @Test
  void aValueThatCannotBeWrittenIsTakenBackAndHoldsUpNoOther() {
    SharedMap<String> here = map(a, "unwritten");
    TestNode.await(here.put("key", "before"));
    for (String value : List.of("circular", "unwritable")) {
      assertThrows(
          ExecutionException.class,
          () -> here.put("key", value).toCompletableFuture().get(20, TimeUnit.SECONDS));
      assertEquals(Optional.of("before"), here.get("key"), value);
    }
    assertThrows(NullPointerException.class, () -> here.put("key", null));
    assertThrows(NullPointerException.class, () -> here.put(null, "value"));
    assertEquals(List.of("before"), List.copyOf(here.values()));
    TestNode.await(here.put("key", "after"));
    assertEquals("after", text(records(b, "unwritten"), "key"));
    TestNode.await("no write to be under way", () -> a.node.oldestWrite().isZero());
  }

  @Test
  void aWatcherThatFailsHidesAChangeFromNoOtherWatcherNorNode() {
    SharedMap<String> here = map(a, "failing");
    SharedMap<String> there = map(b, "failing");
    List<String> told = new CopyOnWriteArrayList<>();
    for (SharedMap<String> map : List.of(here, there)) {
      map.watch(
          (key, before, now) -> {
            throw new IllegalStateException("a watcher of a test");
          });
      map.watch((key, before, now) -> told.add(now.orElse("-")));
    }
    TestNode.await(here.put("key", "1"));
    assertEquals(Optional.of("1"), there.get("key"));
    assertEquals(List.of("1", "1"), told);
  }

  @Test
  void afterASplitTheLaterChangeOfEachKeyIsOnBothSidesARemovalToo() throws Exception {
    SharedMap<String> here = map(a, "split");
    SharedMap<String> there = map(b, "split");
    TestNode.await(here.put("removed", "1"));
    TestNode.await(here.put("changed", "1"));
    b.cut(true);
    TestNode.await("the split", () -> a.nodesSeen() == 1 && b.nodesSeen() == 1);
    TestNode.await(here.put("changed", "of a"));
    TestNode.await(there.put("changed", "of b, later"));
    there.remove("removed", "1");
    b.cut(false);
    TestNode.await("the merge", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
    TestNode.await(
        "one state",
        () ->
            here.get("changed").equals(Optional.of("of b, later"))
                && here.get("removed").isEmpty()
                && there.get("removed").isEmpty());
  }
}
