package org.smqcluster.transport.websocket.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.ClientNetwork;

/** Which answers are cut when many are read slowly. */
class UnreadAnswersTest {

  private final UnreadAnswers<Integer> answers = new UnreadAnswers<>();
  private final Map<Integer, UnreadAnswers.Answer> waiting = new HashMap<>();
  private long second;

  @Test
  void fewUnreadAnswersOfAnAddressAreServedForAsLongAsTheyTake() throws UnknownHostException {
    for (int connection = 0; connection < UnreadAnswers.MAX_OF_NETWORK; connection++) {
      wait(connection, 1, 70_000);
    }

    assertEquals(List.of(), after(20));
  }

  @Test
  void moreOfAnAddressHaveTheTimeOfGrace() throws UnknownHostException {
    for (int connection = 0; connection <= UnreadAnswers.MAX_OF_NETWORK; connection++) {
      wait(connection, 1, 70_000);
    }

    assertEquals(List.of(), after(2));
    assertEquals(1, after(1).size());
  }

  @Test
  void anAnswerOfWhichNothingIsTakenIsCutBeforeOneOfWhichAPartIs() throws UnknownHostException {
    wait(0, 1, 70_000);
    after(10);
    for (int connection = 1; connection <= UnreadAnswers.MAX_OF_NETWORK; connection++) {
      wait(connection, 1, 70_000);
    }
    after(2);
    wait(0, 1, 69_000);
    wait(3, 1, 69_000);
    wait(4, 1, 69_000);
    wait(1, 1, 69_000);

    assertEquals(List.of(2), after(1));
  }

  @Test
  void unreadAnswersOfManyAddressesLeaveMostThreadsToOthers() throws UnknownHostException {
    for (int connection = 0; connection < 2 * UnreadAnswers.MAX; connection++) {
      wait(connection, connection, 70_000);
    }

    Set<Integer> cut = new TreeSet<>(after(3));
    assertEquals(UnreadAnswers.MAX, cut.size());
    waiting.keySet().removeAll(cut);
    assertEquals(List.of(), after(10));
  }

  @Test
  void whoWaitsAgainHasTheTimeOfGraceAgain() throws UnknownHostException {
    for (int connection = 0; connection < 10; connection++) {
      wait(connection, 1, 70_000);
    }
    after(2);
    waiting.clear();
    after(1);
    for (int connection = 0; connection < 10; connection++) {
      wait(connection, 1, 70_000);
    }

    assertEquals(List.of(), after(2));
  }

  private void wait(int connection, int address, int bytes) throws UnknownHostException {
    InetAddress peer = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) address});
    waiting.put(connection, new UnreadAnswers.Answer(ClientNetwork.of(peer), bytes));
  }

  /** What is cut in so many seconds, the first look being at their begin. */
  private List<Integer> after(int seconds) {
    List<Integer> cut = List.of();
    for (int i = 0; i < seconds && cut.isEmpty(); i++) {
      cut = answers.excess(waiting, TimeUnit.SECONDS.toNanos(second++));
    }
    return cut;
  }
}
