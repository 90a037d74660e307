package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A client of Redis' publish and subscribe, by RESP 3, in which a subscriber may publish. */
final class RedisConnection extends TextConnection {

  /** Bytes of a message before the line with its payload's length. */
  private static final int BEFORE_LENGTH =
      ">3\r\n$7\r\nmessage\r\n$9\r\n".length() + TOPIC + END.length();

  RedisConnection(Link link) throws IOException {
    super(link);
    request("HELLO 3\r\nPING\r\n", "+PONG" + END);
  }

  @Override
  int subscribe(int topic) throws IOException {
    String name = topic(topic);
    request("SUBSCRIBE " + name + END, name + END + ":");
    request("", END);
    return topic;
  }

  @Override
  String head(String topic, int bytes) {
    return "*3\r\n$7\r\nPUBLISH\r\n$" + TOPIC + END + topic + "\r\n$" + bytes + END;
  }

  @Override
  void parse(ByteBuffer in, long now) {
    while (in.hasRemaining()) {
      int at = in.position();
      boolean message = in.get(at) == '>';
      int line = lineEnd(in, message ? at + BEFORE_LENGTH : at);
      int end = message && line > 0 ? line + numberBefore(in, line) + END.length() : line;
      if (line == 0 || end > in.limit()) {
        return;
      }
      if (message) {
        received(in, line, now);
      }
      in.position(end);
    }
  }
}
