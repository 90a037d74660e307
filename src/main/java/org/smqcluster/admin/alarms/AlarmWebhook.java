package org.smqcluster.admin.alarms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.log.LimitedLog;

/**
 * Posts alarms as JSON to the URL of {@code smq.admin.alarm.webhook}, one at a time. What it cannot
 * harm: the latest 100 wait at most, each attempt ends after ten seconds, the answer's body is not
 * kept, redirects are not followed, and nothing is tried twice. Thread-safe.
 */
@ApplicationScoped
public class AlarmWebhook {

  /** Alarms that wait; the oldest gives way. */
  static final int CAPACITY = 100;

  private static final LimitedLog LOG = new LimitedLog(AlarmWebhook.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What is posted; the state is firing or resolved. */
  public record Message(String state, Alarm alarm) {}

  private final Deque<String> waiting = new ArrayDeque<>();
  private final Function<Message, String> json;
  private final URI url;
  private HttpClient client;
  private boolean sending;

  /** For the container's proxy. */
  protected AlarmWebhook() {
    json = null;
    url = null;
  }

  /** Makes the one that the configuration names. */
  @Inject
  public AlarmWebhook(Settings settings, Jsonb jsonb) {
    this(settings.get(AdminKeys.ALARM_WEBHOOK), jsonb::toJson);
  }

  AlarmWebhook(String url, Function<Message, String> json) {
    this.json = json;
    this.url = url.isEmpty() ? null : URI.create(url);
  }

  /** Tells it soon, if there is a webhook. */
  synchronized void tell(String state, Alarm alarm) {
    if (url == null) {
      return;
    }
    waiting.addLast(json.apply(new Message(state, alarm)));
    if (waiting.size() > CAPACITY) {
      waiting.removeFirst();
    }
    if (!sending) {
      sending = true;
      send();
    }
  }

  /** How many alarms wait. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** Under the lock; sends the next one when this one is done. */
  private void send() {
    CompletableFuture<HttpResponse<Void>> answer;
    try {
      answer = post(waiting.removeFirst());
    } catch (RuntimeException | Error e) {
      // a client is made of descriptors and threads: the process may have none left
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete(this::sent);
  }

  private CompletableFuture<HttpResponse<Void>> post(String alarm) {
    if (client == null) {
      client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    }
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(alarm))
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    // the request's own time-out does not end a body that goes on and on
    CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> answer.cancel(true));
    return answer;
  }

  private synchronized void sent(HttpResponse<Void> answer, Throwable failure) {
    if (failure != null) {
      LOG.log(
          Level.WARNING,
          "The alarm webhook cannot be reached (see smq.admin.alarm.webhook): {0}",
          failure);
    } else if (answer.statusCode() / 100 != 2) {
      LOG.log(
          Level.WARNING,
          "The alarm webhook answers {0} (see smq.admin.alarm.webhook)",
          answer.statusCode());
    }
    sending = !waiting.isEmpty();
    if (sending) {
      send();
    }
  }
}
