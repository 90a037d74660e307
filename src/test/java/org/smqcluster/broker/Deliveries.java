package org.smqcluster.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.ParkedNodes.Life;

/**
 * What clients published and received, and the rules of guarantees.md: nothing comes twice or out
 * of order, and missing is only what a death explains. A client's messages have numbers, and one
 * number goes to all streams: to each topic and to the ETID of each client. Each {@link Party} is
 * used by one thread until the end.
 */
final class Deliveries {

  /**
   * Of the messages that a death explains, how long before and after it they are published: what a
   * node has not acknowledged in a second, it is not sent more behind it.
   */
  private static final long AROUND_DEATH = Duration.ofSeconds(1).toNanos();

  /** After the last Suback, until all nodes know the subscriptions and what was held is read. */
  private static final long SETTLING = Duration.ofMillis(300).toNanos();

  private static final long STORY = Duration.ofSeconds(2).toNanos();

  private record Death(Life life, long begins, long ends) {}

  /** Numbers that did not come. */
  private record Gap(Party publisher, int stream, int from, int to) {}

  /** Times of publication, in nanoseconds, of messages that one receiver may miss. */
  private record Span(long from, long to) {}

  /**
   * A client on one node.
   *
   * @param came when it connected
   * @param settled when it had its last Suback; empty session if it never had
   * @param left when it or its node ended the connection
   * @param heldSince when it left the last node where it was settled
   */
  private record Stay(Life life, long came, long settled, long left, long heldSince) {

    private boolean isSettledBefore(long time) {
      return settled != 0 && settled + SETTLING < time;
    }
  }

  private final int streams;
  private final List<Party> parties = new ArrayList<>();
  private final List<Death> deaths = new CopyOnWriteArrayList<>();

  /** For parties that receive of so many topics, and what is sent to their ETIDs. */
  Deliveries(int parties, int topics) {
    this.streams = topics + 1;
    for (int i = 0; i < parties; i++) {
      this.parties.add(new Party(i, parties));
    }
  }

  Party party(int index) {
    return parties.get(index);
  }

  void died(Life life, long begins, long ends) {
    deaths.add(new Death(life, begins, ends));
  }

  long messages() {
    return parties.stream().mapToLong(party -> party.messages).sum();
  }

  /** What no rule explains; call when all parties have ended. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    parties.forEach(party -> party.judge(faults));
    return faults;
  }

  /** Messages that a death explains; call after {@link #faults}. */
  long lost() {
    return parties.stream().mapToLong(party -> party.lost).sum();
  }

  /** A client, as publisher and as receiver. */
  final class Party {

    private final int index;

    // as publisher, by number
    private long[] times = new long[1024];
    private Life[] nodes = new Life[1024];
    private volatile int published;

    // as receiver
    private final int[][] last;
    private final List<String> disordered = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Stay> stays = new ArrayList<>();
    private long settled;
    private long heldSince;
    private long messages;
    private long lost;

    private Party(int index, int publishers) {
      this.index = index;
      this.last = new int[publishers][streams];
      for (int[] each : last) {
        Arrays.fill(each, -1);
      }
    }

    // ---- publisher

    /** The number of the next message, which is published now on a node. */
    int next(Life node) {
      if (published == times.length) {
        times = Arrays.copyOf(times, 2 * published);
        nodes = Arrays.copyOf(nodes, 2 * published);
      }
      times[published] = System.nanoTime();
      nodes[published] = node;
      return published++;
    }

    // ---- receiver

    void received(int publisher, int stream, int number) {
      messages++;
      int before = last[publisher][stream];
      if (number <= before) {
        disordered.add(
            "%s got %d after %d of %d in stream %d"
                .formatted(this, number, before, publisher, stream));
        return;
      }
      if (number > before + 1) {
        gaps.add(new Gap(party(publisher), stream, before + 1, number - 1));
      }
      last[publisher][stream] = number;
    }

    /** It has the last Suback on the node that it came to. */
    void settled() {
      settled = System.nanoTime();
    }

    /** It was on a node from one time to another. */
    void stayed(Life life, long came, long left) {
      stays.add(new Stay(life, came, settled, left, heldSince));
      if (settled != 0) {
        heldSince = left;
      }
      settled = 0;
    }

    /** Whether it has the last message of all; once they publish no more. */
    boolean isComplete() {
      return parties.stream()
          .allMatch(
              each ->
                  Arrays.stream(last[each.index]).allMatch(number -> number == each.published - 1));
    }

    // ---- the end

    private void judge(List<String> faults) {
      faults.addAll(disordered);
      for (Party each : parties) {
        for (int stream = 0; stream < streams; stream++) {
          if (last[each.index][stream] < each.published - 1) {
            gaps.add(new Gap(each, stream, last[each.index][stream] + 1, each.published - 1));
          }
        }
      }
      List<Span> explained = spans();
      for (Gap gap : gaps) {
        List<Integer> missing = new ArrayList<>();
        for (int number = gap.from; number <= gap.to; number++) {
          if (gap.publisher.diedWith(number) || isIn(explained, gap.publisher.times[number])) {
            lost++;
          } else {
            missing.add(number);
          }
        }
        if (!missing.isEmpty()) {
          faults.add(
              "%s misses %d messages, %s of %s in stream %d, %s"
                  .formatted(
                      this,
                      missing.size(),
                      missing.get(0),
                      gap.publisher,
                      gap.stream,
                      story(gap.publisher, missing.get(0))));
        }
      }
    }

    /** What happened around a message, with times in milliseconds after it was published. */
    private String story(Party publisher, int number) {
      long time = publisher.times[number];
      List<String> story = new ArrayList<>(List.of("published on " + publisher.nodes[number]));
      stays.stream()
          .filter(stay -> Math.abs(stay.came - time) < STORY || Math.abs(stay.left - time) < STORY)
          .forEach(
              stay ->
                  story.add(
                      "on %s from %d, settled %d, to %d"
                          .formatted(
                              stay.life,
                              millis(stay.came - time),
                              stay.settled == 0 ? Long.MAX_VALUE : millis(stay.settled - time),
                              millis(stay.left - time))));
      deaths.stream()
          .filter(death -> Math.abs(death.begins - time) < STORY)
          .forEach(
              death ->
                  story.add("death of %s %d".formatted(death.life, millis(death.begins - time))));
      return story.toString();
    }

    private static long millis(long nanos) {
      return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static boolean isIn(List<Span> spans, long time) {
      return spans.stream().anyMatch(span -> span.from <= time && time <= span.to);
    }

    /** The publisher's node had taken the message, and died before it had passed it on. */
    private boolean diedWith(int number) {
      return deaths.stream()
          .anyMatch(
              death -> death.life == nodes[number] && death.begins - AROUND_DEATH <= times[number]);
    }

    private List<Span> spans() {
      List<Span> spans = new ArrayList<>();
      for (int i = 0; i < stays.size(); i++) {
        Stay stay = stays.get(i);
        long back = backAfter(i);
        for (Death death : deaths) {
          if (death.life == stay.life && stay.came <= death.ends && death.begins <= back) {
            spans.add(span(stay, death, back));
          }
        }
      }
      return spans;
    }

    /** When it was settled again after a stay. */
    private long backAfter(int stay) {
      return stays.stream()
          .skip(stay + 1L)
          .mapToLong(Stay::settled)
          .filter(time -> time != 0)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    }

    private static Span span(Stay stay, Death death, long back) {
      if (!stay.isSettledBefore(Math.min(death.begins, stay.left))) {
        // the node had what was held for the client, and the others may not know of it yet
        return new Span(stay.heldSince - AROUND_DEATH, back);
      } else if (stay.left < death.begins) {
        // it was parked there
        return new Span(stay.left - AROUND_DEATH, death.ends + AROUND_DEATH);
      }
      return new Span(death.begins - AROUND_DEATH, death.ends + AROUND_DEATH);
    }

    @Override
    public String toString() {
      return "client " + index;
    }
  }
}
