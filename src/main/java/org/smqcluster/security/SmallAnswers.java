package org.smqcluster.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks web servers for short texts: bounded in bytes and time. Thread-safe. */
final class SmallAnswers {

  static final int MAX_BYTES = 256 * 1024;

  private static final long TIMEOUT_SECONDS = 10;
  private static final int OK = 200;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS)).build();

  /** The body of an answer with status 200; fails with anything else, and after ten seconds. */
  CompletableFuture<String> ask(HttpRequest request) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(
            request,
            HttpResponse.BodyHandlers.ofByteArrayConsumer(
                part -> part.ifPresent(bytes -> append(body, bytes))));
    // a copy: the answer itself can be cancelled only while it is not done
    return answer
        .thenApply(response -> response)
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .whenComplete((response, failure) -> answer.cancel(true))
        .thenApply(response -> text(response.statusCode(), body));
  }

  private static void append(ByteArrayOutputStream body, byte[] part) {
    if (body.size() + part.length > MAX_BYTES) {
      throw new UncheckedIOException(new IOException("more than " + MAX_BYTES + " bytes"));
    }
    body.writeBytes(part);
  }

  private static String text(int status, ByteArrayOutputStream body) {
    if (status != OK) {
      throw new UncheckedIOException(new IOException("status " + status));
    }
    return body.toString(StandardCharsets.UTF_8);
  }
}
