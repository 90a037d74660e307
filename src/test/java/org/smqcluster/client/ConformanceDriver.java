package org.smqcluster.client;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.smqcluster.client.SmqException.Kind;

/** Driver of the Java client for the conformance suite, {@code src/test/clients}. */
final class ConformanceDriver implements SmqClient.Listener {

  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private volatile SmqClient smq;

  private ConformanceDriver() {}

  public static void main(String[] arguments) throws IOException {
    ConformanceDriver driver = new ConformanceDriver();
    tell(
        event("ready")
            .add("client", "org.smqcluster.client")
            .add("features", Json.createArrayBuilder().add("restore").add("frames")));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      driver.perform(Json.createReader(new StringReader(line)).readObject());
    }
  }

  private static JsonObjectBuilder event(String name) {
    return Json.createObjectBuilder().add("event", name);
  }

  private static void tell(JsonObjectBuilder event) {
    OUT.println(event.build());
  }

  private void perform(JsonObject command) {
    int id = command.getInt("id", 0);
    String topic = text(command, "topic");
    String subtopic = text(command, "subtopic");
    int tid = command.containsKey("tid") ? command.getJsonNumber("tid").intValue() : 0;
    byte[] payload = HexFormat.of().parseHex(command.getString("payload", ""));
    switch (command.getString("do")) {
      case "connect" -> settle(id, () -> connect(command));
      case "subscribe" -> settle(id, () -> subscribe(topic, subtopic, command));
      case "unsubscribe" -> settle(id, () -> done(() -> smq.unsubscribe(topic)));
      case "create" -> settle(id, () -> smq.create(topic));
      case "createsub" -> settle(id, () -> smq.createSub(subtopic));
      case "publish" -> settle(id, () -> publish(command.get("topic"), subtopic, payload));
      case "observe" -> settle(id, () -> done(() -> smq.observe(tid, n -> changed(tid, n))));
      case "unobserve" -> settle(id, () -> done(() -> smq.unobserve(tid)));
      case "disconnect" -> settle(id, () -> done(smq::close));
      case "reset" -> reset();
      default -> throw new IllegalArgumentException(command.toString());
    }
  }

  /** The text of a field; null where there is none or it is a number. */
  private static String text(JsonObject command, String field) {
    return command.getString(field, null);
  }

  private static CompletionStage<Void> done(Runnable call) {
    call.run();
    return CompletableFuture.completedStage(null);
  }

  private CompletionStage<Integer> connect(JsonObject command) {
    SmqClient.Builder builder =
        SmqClient.builder(command.getString("url"))
            .info(command.getString("info", ""))
            .credentials(Credentials.of(command.getString("credentials", "")))
            .backoff(Duration.ofMillis(10), Duration.ofMillis(50))
            .listener(this);
    if (command.containsKey("uid")) {
      builder.uid(command.getString("uid"));
    }
    if (command.containsKey("ping")) {
      Duration interval = Duration.ofMillis(command.getInt("ping"));
      builder.ping(interval, interval.multipliedBy(5));
    }
    smq = builder.start();
    return smq.connected();
  }

  private CompletionStage<?> subscribe(String topic, String subtopic, JsonObject command) {
    MessageHandler handler =
        command.getBoolean("throws", false)
            ? message -> {
              throw new AssertionError("of the case");
            }
            : ConformanceDriver::message;
    if ("self".equals(topic)) {
      return subtopic == null
          ? done(() -> smq.subscribeDirect(handler))
          : smq.subscribeDirect(subtopic, handler);
    }
    return subtopic == null
        ? smq.subscribe(topic, handler)
        : smq.subscribe(topic, subtopic, handler);
  }

  private CompletionStage<Void> publish(JsonValue topic, String subtopic, byte[] payload) {
    if (topic instanceof jakarta.json.JsonNumber id) {
      int receiver = (int) id.longValue();
      return subtopic == null
          ? smq.publish(receiver, payload)
          : smq.publish(receiver, subtopic, payload);
    }
    String name = ((jakarta.json.JsonString) topic).getString();
    return subtopic == null ? smq.publish(name, payload) : smq.publish(name, subtopic, payload);
  }

  private void reset() {
    SmqClient before = smq;
    smq = null;
    if (before != null) {
      before.close();
    }
    tell(event("reset"));
  }

  private static void settle(int id, Supplier<CompletionStage<?>> call) {
    try {
      call.get().whenComplete((value, failure) -> settled(id, value, failure));
    } catch (IllegalArgumentException refused) {
      tell(event("failed").add("id", id).add("error", "refused"));
    }
  }

  private static void settled(int id, Object value, Throwable failure) {
    if (failure != null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      boolean denied = cause instanceof SmqException known && known.kind() == Kind.DENIED;
      tell(event("failed").add("id", id).add("error", denied ? "denied" : "ended"));
    } else {
      JsonObjectBuilder done = event("done").add("id", id);
      tell(value instanceof Integer number ? done.add("value", number) : done);
    }
  }

  private static void message(Message message) {
    tell(
        event("message")
            .add("payload", HexFormat.of().formatHex(message.payload()))
            .add("ptid", message.publisher())
            .add("tid", message.topic())
            .add("subtid", message.subtopic()));
  }

  private static void changed(int tid, int subscribers) {
    tell(event("change").add("tid", tid).add("subscribers", subscribers));
  }

  private void tellOwn(SmqClient client, JsonObjectBuilder event) {
    // start() returns behind the first events: there is no other client then
    if (smq == null || client == smq) {
      tell(event);
    }
  }

  @Override
  public void onConnect(SmqClient client) {
    tellOwn(client, event("connected").add("etid", client.etid()).add("again", false));
  }

  @Override
  public void onReconnect(SmqClient client) {
    tellOwn(client, event("connected").add("etid", client.etid()).add("again", true));
  }

  @Override
  public void onDisconnect(SmqClient client, SmqException cause, boolean willReconnect) {
    tellOwn(client, event("closed").add("message", cause.getMessage()).add("again", willReconnect));
  }
}
