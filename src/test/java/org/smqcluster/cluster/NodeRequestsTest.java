package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NodeRequestsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestNode one;
  private static TestNode two;
  private static TestNode three;

  @BeforeAll
  static void startNodes() throws IOException {
    List<Integer> ports = TestNode.freePorts(3);
    one = new TestNode("one", 0, ports);
    two = new TestNode("two", 1, ports);
    three = new TestNode("three", 2, ports);
    TestNode.await("all see each other", () -> one.node.nodes().size() == 3);
  }

  @AfterAll
  static void stopThem() {
    two.close();
    one.close();
  }

  @Test
  void aQuestionIsAnsweredByTheNodeThatIsAsked() throws Exception {
    one.node.requests().handler(question -> CompletableFuture.completedStage(text("one")));
    two.node
        .requests()
        .handler(question -> CompletableFuture.completedStage(text("two: " + string(question))));
    assertEquals("two: who?", ask("two", text("who?"), PATIENCE));
    assertEquals("one", ask("one", text("who?"), PATIENCE));
  }

  @Test
  void aQuestionThatTheNodeCannotReadFailsAtOnceOnEitherNode() {
    for (TestNode node : List.of(one, two)) {
      node.node
          .requests()
          .handler(
              question -> {
                throw new IllegalArgumentException("a question of kind 9");
              });
    }
    assertEquals("a question of kind 9", failure("two", PATIENCE));
    ExecutionException here =
        assertThrows(ExecutionException.class, () -> ask("one", text("?"), PATIENCE));
    assertEquals("a question of kind 9", here.getCause().getMessage());
  }

  @Test
  void anAnswerMayBeMuchLongerThanAPacket() throws Exception {
    byte[] megabytes = new byte[3_000_000];
    two.node.requests().handler(CompletableFuture::completedStage);
    assertEquals(megabytes.length, ask("two", megabytes, PATIENCE).length());
  }

  @Test
  void anAnswerBeyondTheBoundFailsOnEitherNode() {
    byte[] large = new byte[NodeRequests.MAX_BYTES + 1];
    one.node.requests().handler(question -> CompletableFuture.completedStage(large));
    two.node.requests().handler(question -> CompletableFuture.completedStage(large));
    String why = "the answer has 4194305 bytes, more than the 4194304 allowed";
    assertEquals(why, failure("two", PATIENCE));
    assertEquals(why, failure("one", PATIENCE));
  }

  @Test
  void aQuestionBeyondTheBoundIsNotSent() {
    two.node.requests().handler(CompletableFuture::completedStage);
    byte[] large = new byte[NodeRequests.MAX_BYTES + 1];
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> ask("two", large, PATIENCE));
    assertEquals(
        "the question has 4194305 bytes, more than the 4194304 allowed",
        failed.getCause().getMessage());
  }

  @Test
  void onlySoManyQuestionsWait() {
    two.node.requests().handler(question -> new CompletableFuture<>());
    for (int i = 0; i < NodeRequests.MAX_PENDING; i++) {
      one.node.requests().ask("two", text("?"), Duration.ofSeconds(2));
    }
    assertEquals(
        "too many questions wait for other nodes; ask again later", failure("two", PATIENCE));
    TestNode.await(
        "there is room again",
        () -> failure("two", Duration.ofMillis(50)).equals("two does not answer"));
  }

  @Test
  void questionsInTurnWaitForTheAnswersToOthers() {
    Queue<CompletableFuture<byte[]>> asked = new ConcurrentLinkedQueue<>();
    two.node
        .requests()
        .handler(
            question -> {
              CompletableFuture<byte[]> answer = new CompletableFuture<>();
              asked.add(answer);
              return answer;
            });
    int count = NodeRequests.MAX_PENDING + 100;
    List<CompletionStage<byte[]>> answers =
        IntStream.range(0, count)
            .mapToObj(i -> one.node.requests().askInTurn("two", text("?"), PATIENCE))
            .toList();
    TestNode.await("all that may", () -> asked.size() == NodeRequests.MAX_PENDING);
    for (int i = 0; i < count; i++) {
      TestNode.await("a question", () -> !asked.isEmpty());
      asked.remove().complete(text("!"));
    }
    answers.forEach(answer -> assertEquals("!", string(TestNode.await(answer))));
  }

  @Test
  void theReasonOfAFailureIsCut() {
    two.node
        .requests()
        .handler(
            question -> CompletableFuture.failedStage(new IllegalStateException("x".repeat(9999))));
    assertEquals("x".repeat(500) + "…", failure("two", PATIENCE));
  }

  @Test
  void theRequesterLearnsWhyThereIsNoAnswer() {
    two.node
        .requests()
        .handler(question -> CompletableFuture.failedStage(new IllegalStateException("too busy")));
    assertEquals("too busy", failure("two", PATIENCE));
    assertEquals("there is no node four", failure("four", PATIENCE));
  }

  @Test
  void aQuestionIsNotWaitedForForever() {
    two.node.requests().handler(question -> new CompletableFuture<>());
    assertEquals("two does not answer", failure("two", Duration.ofMillis(50)));
  }

  @Test
  void aNodeThatGoesAnswersNoMore() {
    three
        .node
        .requests()
        .handler(
            question -> {
              CompletableFuture.runAsync(three::close);
              return new CompletableFuture<>();
            });
    assertEquals("three is gone", failure("three", PATIENCE));
  }

  private String ask(String node, byte[] question, Duration atMost) throws Exception {
    return string(
        one.node
            .requests()
            .ask(node, question, atMost)
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  private String failure(String node, Duration atMost) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> ask(node, text("?"), atMost));
    return assertInstanceOf(NodeRequests.Failed.class, failed.getCause()).getMessage();
  }

  private static byte[] text(String string) {
    return string.getBytes(StandardCharsets.UTF_8);
  }

  private static String string(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
