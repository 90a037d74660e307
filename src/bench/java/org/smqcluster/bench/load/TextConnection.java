package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of a protocol that frames messages by lines of text: quality of service 0. */
abstract class TextConnection extends LoadConnection {

  static final String END = "\r\n";

  /** Characters of a topic's name; all have as many. */
  static final int TOPIC = 9;

  private byte[] head = {};
  private int headOf = -1;

  TextConnection(Link link) {
    super(link);
  }

  static String topic(int number) {
    return "t%08x".formatted(number);
  }

  /** What stands before the payload of a message to this topic. */
  abstract String head(String topic, int bytes);

  /** Sends a request and waits for the end of its answer. */
  void request(String request, String endOfAnswer) throws IOException {
    link().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf(endOfAnswer) < 0) {
      answer.append((char) (link().read(1)[0] & 0xFF));
      if (answer.indexOf("-") == 0 && answer.toString().endsWith(END)) {
        throw new IOException(answer.toString());
      }
    }
  }

  @Override
  int address(int topic) throws IOException {
    return subscribe(topic);
  }

  /** Every publisher has one destination and one length of payload. */
  @Override
  void publish(int destination, int bytes, long first, long second) {
    if (headOf != destination) {
      headOf = destination;
      head = head(topic(destination), bytes).getBytes(StandardCharsets.US_ASCII);
    }
    ByteBuffer out = room(head.length + bytes + END.length()).put(head);
    int end = out.position() + bytes;
    out.putLong(first).putLong(second).position(end);
    out.put((byte) '\r').put((byte) '\n');
  }

  /** Where the line that contains this place ends, behind its line feed; 0 if it has not come. */
  static int lineEnd(ByteBuffer in, int from) {
    for (int at = from; at < in.limit(); at++) {
      if (in.get(at) == '\n') {
        return at + 1;
      }
    }
    return 0;
  }

  /** The decimal number before the end of a line. */
  static int numberBefore(ByteBuffer in, int lineEnd) {
    int number = 0;
    int unit = 1;
    for (int at = lineEnd - END.length() - 1; in.get(at) >= '0' && in.get(at) <= '9'; at--) {
      number += unit * (in.get(at) - '0');
      unit *= 10;
    }
    return number;
  }
}
