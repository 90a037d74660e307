package org.smqcluster.admin.alarms;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rules are true, by what was measured so far. Keeps 20 values of each counter. Not
 * thread-safe.
 */
final class AlarmState {

  private static final int SAMPLES = 20;

  /**
   * Something that is measured.
   *
   * @param node the node that it is about
   * @param label reason or part; empty without one
   */
  record Subject(AlarmRule rule, String node, String label) {}

  private record Sample(Instant time, double value) {}

  private record Pending(Instant since, double value) {}

  private final Map<Subject, Deque<Sample>> counters = new HashMap<>();
  private final Map<Subject, Pending> pending = new HashMap<>();

  /** Takes a measurement of all subjects: an alarm whose value is missing is over. */
  void look(Map<Subject, Double> values, Instant now) {
    counters.keySet().retainAll(values.keySet());
    pending.keySet().retainAll(values.keySet());
    values.forEach(
        (subject, measured) -> {
          double value = subject.rule().window.isZero() ? measured : rate(subject, measured, now);
          if (value > subject.rule().threshold) {
            pending.merge(
                subject, new Pending(now, value), (old, fresh) -> new Pending(old.since, value));
          } else {
            pending.remove(subject);
          }
        });
  }

  /** Increase per second over the rule's window, or over the part of it that was measured. */
  private double rate(Subject subject, double value, Instant now) {
    Deque<Sample> samples = counters.computeIfAbsent(subject, key -> new ArrayDeque<>());
    Instant oldest = now.minus(subject.rule().window);
    while (samples.size() > 1 && samples.peekFirst().time.isBefore(oldest)) {
      samples.removeFirst();
    }
    if (samples.isEmpty()
        || !samples.peekLast().time.plus(subject.rule().window.dividedBy(SAMPLES)).isAfter(now)) {
      samples.addLast(new Sample(now, value));
    }
    Sample first = samples.peekFirst();
    double seconds = (now.toEpochMilli() - first.time.toEpochMilli()) / 1000.0;
    return seconds <= 0 ? 0 : (value - first.value) / seconds;
  }

  /** The rules that have been true for as long as they must. */
  Collection<Alarm> alarms(Instant now) {
    return pending.entrySet().stream()
        .filter(each -> !each.getValue().since.plus(each.getKey().rule().hold).isAfter(now))
        .map(each -> alarm(each.getKey(), each.getValue()))
        .toList();
  }

  private static Alarm alarm(Subject subject, Pending held) {
    String label = subject.label().isEmpty() ? "" : ": " + subject.label();
    return new Alarm(
        subject.rule().alert,
        subject.rule().severity,
        subject.node(),
        subject.label(),
        subject.node() + " " + subject.rule().summary + label,
        Math.round(held.value * 100) / 100.0,
        held.since);
  }

  /** Whether two alarms are about the same. */
  static List<String> key(Alarm alarm) {
    return List.of(alarm.alert(), alarm.node(), alarm.label());
  }
}
