package org.smqcluster.admin.alarms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.node.NodeStarted;

/**
 * Looks at the rules every few seconds, tells the webhook what begins and ends, and merges the
 * alarms of all nodes. Thread-safe.
 */
@ApplicationScoped
public class Alarms implements Operation.Provider {

  public record Active(List<Alarm> alarms) {}

  static final Operation<Operation.Nothing, Active> ALARMS =
      new Operation<>("alarms", Operation.Nothing.class, Active.class);

  private static final int SECONDS = 5;

  @Inject private NodeCalls nodes;
  @Inject private AlarmValues values;
  @Inject private AlarmWebhook webhook;
  @Inject private ScheduledExecutorService executor;
  private final AlarmState state = new AlarmState();
  private volatile List<Alarm> active = List.of();

  void start(@Observes NodeStarted started) {
    values.watch();
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the alarms", this::evaluate),
        SECONDS,
        SECONDS,
        TimeUnit.SECONDS);
  }

  private void evaluate() {
    Instant now = Instant.now();
    state.look(values.measure(now), now);
    List<Alarm> before = active;
    active = List.copyOf(state.alarms(now));
    without(active, before).forEach(alarm -> webhook.tell("firing", alarm));
    without(before, active).forEach(alarm -> webhook.tell("resolved", alarm));
  }

  private static List<Alarm> without(List<Alarm> some, List<Alarm> others) {
    Map<List<String>, Alarm> known =
        others.stream().collect(Collectors.toMap(AlarmState::key, Function.identity()));
    return some.stream().filter(alarm -> !known.containsKey(AlarmState.key(alarm))).toList();
  }

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(ALARMS.by(nothing -> new Active(active)));
  }

  /** The alarms of all nodes: the critical ones first, then the oldest. */
  public CompletionStage<List<Alarm>> all() {
    return nodes
        .askAll(ALARMS, new Operation.Nothing())
        .thenApply(
            answers ->
                answers.values().stream()
                    .flatMap(answer -> answer.alarms().stream())
                    .sorted(Comparator.comparing(Alarm::severity).thenComparing(Alarm::since))
                    .toList());
  }
}
