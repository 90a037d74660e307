package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A NATS client with just what a comparison needs. It leaves the server's pings unanswered. */
final class NatsConnection extends TextConnection {

  private static final String PONG = "PONG" + END;

  private int subscriptions;

  NatsConnection(Link link) throws IOException {
    super(link);
    request("CONNECT {\"verbose\":false,\"pedantic\":false,\"protocol\":1}\r\nPING\r\n", PONG);
  }

  @Override
  int subscribe(int topic) throws IOException {
    request("SUB " + topic(topic) + " " + ++subscriptions + "\r\nPING\r\n", PONG);
    return topic;
  }

  @Override
  String head(String topic, int bytes) {
    return "PUB " + topic + " " + bytes + END;
  }

  @Override
  void parse(ByteBuffer in, long now) {
    for (int line = lineEnd(in, in.position()); line > 0; line = lineEnd(in, in.position())) {
      if (in.get(in.position()) == 'M') {
        int end = line + numberBefore(in, line) + END.length();
        if (end > in.limit()) {
          return;
        }
        received(in, line, now);
        in.position(end);
      } else {
        in.position(line);
      }
    }
  }
}
