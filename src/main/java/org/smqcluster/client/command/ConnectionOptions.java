package org.smqcluster.client.command;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.smqcluster.client.Credentials;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.SmqException;
import org.smqcluster.protocol.AddressText;

/** The options of all commands: the broker's address and the client's identity. */
final class ConnectionOptions {

  static final List<Option> ALL =
      List.of(
          Option.of(
              'L',
              "url",
              "LIST",
              "brokers to try in turn, with commas between:\n"
                  + "smq://host:port/path and smqs:// (raw transport, plain\n"
                  + "and TLS), ws:// and wss:// (WebSocket)\n"
                  + "[smq://127.0.0.1:8085/smq.lsp]"),
          Option.of('h', "host", "HOST", "host of smq://HOST:PORT/smq.lsp [127.0.0.1]"),
          Option.of('p', "port", "PORT", "port of smq://HOST:PORT/smq.lsp [8085]"),
          Option.of('i', "uid", "UID", "the client's UID, 6 to 255 bytes [random]"),
          Option.of('u', "info", "TEXT", "user or device name, sent as the client's info"),
          Option.of('P', "credentials", "TEXT", "credentials, sent as they are"),
          Option.of("cafile", "FILE", "PEM: authorities to trust [those of Java]"),
          Option.of("cert", "FILE", "PEM: client certificate, with --key"),
          Option.of("key", "FILE", "PEM: its private key, PKCS #8"),
          Option.of("insecure", null, "trust any certificate, for tests only"),
          Option.of("header", "NAME:TEXT", "a header of the HTTP request, may be repeated"),
          Option.of("timeout", "SECONDS", "how long the first connection may take [10]"));

  private ConnectionOptions() {}

  /** The common options and a command's own. */
  static List<Option> with(Option... own) {
    List<Option> options = new ArrayList<>(List.of(own));
    options.addAll(ALL);
    options.add(Option.of("help", null, "show this"));
    return options;
  }

  /** A builder with all that the options say. */
  static SmqClient.Builder builder(Arguments arguments)
      throws IOException, GeneralSecurityException {
    return builder(arguments, url(arguments));
  }

  /** A builder with all that the options say but the URL. */
  static SmqClient.Builder builder(Arguments arguments, String urls)
      throws IOException, GeneralSecurityException {
    SmqClient.Builder builder =
        SmqClient.builder(urls)
            .info(arguments.get("info", ""))
            .credentials(Credentials.of(arguments.get("credentials", "")));
    if (arguments.has("uid")) {
      builder.uid(arguments.get("uid", ""));
    }
    if (arguments.has("cert") != arguments.has("key")) {
      throw new UsageException("--cert and --key go together");
    }
    if (arguments.has("cafile") || arguments.has("cert") || arguments.has("insecure")) {
      builder.sslContext(
          TlsFiles.context(
              path(arguments, "cafile"),
              path(arguments, "cert"),
              path(arguments, "key"),
              arguments.has("insecure")));
      builder.verifyHost(!arguments.has("insecure"));
    }
    for (String header : arguments.all("header")) {
      String[] parts = header.split(":", 2);
      if (parts.length < 2) {
        throw new UsageException("--header takes NAME:TEXT");
      }
      builder.header(parts[0].strip(), parts[1].strip());
    }
    return builder;
  }

  private static Path path(Arguments arguments, String name) {
    return arguments.has(name) ? Path.of(arguments.get(name, "")) : null;
  }

  /** The brokers to try. */
  static String url(Arguments arguments) {
    if (arguments.has("url")) {
      return String.join(",", arguments.all("url"));
    }
    return "smq://"
        + AddressText.withPort(
            arguments.get("host", "127.0.0.1"), arguments.integer("port", 8085, 1, 65_535))
        + "/smq.lsp";
  }

  /**
   * Starts a client and waits for its first connection.
   *
   * @throws CompletionException if there is none in time; the client is closed then
   */
  static SmqClient connect(Arguments arguments, Console console)
      throws IOException, GeneralSecurityException {
    SmqClient client = start(console, builder(arguments));
    try {
      await(arguments, client);
      return client;
    } catch (CompletionException e) {
      client.close();
      throw e;
    }
  }

  /** Starts a client that says on the error stream what becomes of its connection. */
  static SmqClient start(Console console, SmqClient.Builder builder) {
    return builder.listener(new Reporter(console)).start();
  }

  /**
   * Waits for a client's first connection.
   *
   * @throws CompletionException if there is none in time
   */
  static void await(Arguments arguments, SmqClient client) {
    Duration timeout = arguments.seconds("timeout", Duration.ofSeconds(10));
    client
        .connected()
        .toCompletableFuture()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /** Reports the state of the connection on the error stream. */
  private record Reporter(Console console) implements SmqClient.Listener {

    private static final int MAX_CAUSES = 20;

    @Override
    public void onAttemptFailed(SmqClient client, String address, Exception cause) {
      String advice = isUntrusted(cause) ? "; name its authority by --cafile" : "";
      console.note("smq: cannot connect to " + address + ": " + cause.getMessage() + advice);
    }

    /** Java's own text does not say what to do. */
    private static boolean isUntrusted(Throwable failure) {
      return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
          .limit(MAX_CAUSES)
          .anyMatch(cause -> cause instanceof CertPathBuilderException);
    }

    @Override
    public void onDisconnect(SmqClient client, SmqException cause, boolean willReconnect) {
      if (cause.kind() != SmqException.Kind.CLOSED) {
        console.note("smq: " + cause.getMessage() + (willReconnect ? "; reconnecting" : ""));
      }
    }

    @Override
    public void onReconnect(SmqClient client) {
      console.note("smq: reconnected to " + client.address());
    }
  }
}
