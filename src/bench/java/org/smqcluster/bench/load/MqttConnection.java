package org.smqcluster.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An MQTT 3.1.1 client with just what a comparison needs: quality of service 0. */
final class MqttConnection extends LoadConnection {

  private static final int CONNECT = 0x10;
  private static final int CONNACK = 0x20;
  private static final byte PUBLISH = 0x30;
  private static final int SUBSCRIBE = 0x82;
  private static final int SUBACK = 0x90;

  /** First byte and the longest length. */
  private static final int HEAD = 5;

  /** Topics are numbers in hexadecimal, all of one length. */
  private static final int TOPIC = 8;

  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  MqttConnection(Link link, String clientId) throws IOException {
    super(link);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(body);
    fields.writeUTF("MQTT");
    fields.writeByte(4);
    fields.writeByte(2);
    fields.writeShort(0);
    fields.writeUTF(clientId);
    request(CONNECT, body, CONNACK);
  }

  @Override
  int subscribe(int topic) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(body);
    fields.writeShort(1);
    fields.writeUTF("%08x".formatted(topic));
    fields.writeByte(0);
    request(SUBSCRIBE, body, SUBACK);
    return topic;
  }

  @Override
  int address(int topic) throws IOException {
    return subscribe(topic);
  }

  private void request(int first, ByteArrayOutputStream body, int wanted) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(HEAD + body.size());
    putHead(out, (byte) first, body.size());
    out.put(body.toByteArray()).flip();
    byte[] packet = new byte[out.remaining()];
    out.get(packet);
    link().write(packet);
    byte[] head = link().read(2);
    link().read(head[1]);
    if ((head[0] & 0xFF) != wanted) {
      throw new IOException("packet " + head[0] + " instead of " + wanted);
    }
  }

  private static void putHead(ByteBuffer out, byte first, int length) {
    out.put(first);
    int left = length;
    while (left > 127) {
      out.put((byte) (left & 127 | 128));
      left >>= 7;
    }
    out.put((byte) left);
  }

  @Override
  void parse(ByteBuffer in, long now) {
    while (in.remaining() > 1) {
      int first = in.position();
      int at = first;
      int length = 0;
      int shift = 0;
      byte next;
      do {
        if (++at == in.limit()) {
          return;
        }
        next = in.get(at);
        length |= (next & 127) << shift;
        shift += 7;
      } while (next < 0);
      int begin = at + 1;
      if (in.limit() < begin + length) {
        return;
      }
      if (in.get(first) == PUBLISH) {
        received(in, begin + 2 + in.getShort(begin), now);
      }
      in.position(begin + length);
    }
  }

  @Override
  void publish(int destination, int bytes, long first, long second) {
    int length = 2 + TOPIC + bytes;
    ByteBuffer out = room(HEAD + length);
    putHead(out, PUBLISH, length);
    int end = out.position() + length;
    out.putShort((short) TOPIC);
    for (int shift = 4 * (TOPIC - 1); shift >= 0; shift -= 4) {
      out.put(DIGITS[destination >>> shift & 15]);
    }
    out.putLong(first).putLong(second);
    out.position(end);
  }
}
