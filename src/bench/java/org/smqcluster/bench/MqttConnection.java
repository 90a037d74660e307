package org.smqcluster.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An MQTT 3.1.1 client with just what a comparison needs: quality of service 0. One thread reads
 * and calls; {@link #publish} is for any thread and sends with the next {@link #flush}.
 */
final class MqttConnection implements AutoCloseable {

  private static final int CONNECT = 0x10;
  private static final int CONNACK = 0x20;
  private static final int PUBLISH = 0x30;
  private static final int SUBSCRIBE = 0x82;
  private static final int SUBACK = 0x90;
  private static final int BUFFER = 64 * 1024;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Connects; returns when the broker has accepted it. */
  MqttConnection(int port, String clientId) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(body);
    fields.writeUTF("MQTT");
    fields.writeByte(4);
    fields.writeByte(2);
    fields.writeShort(0);
    fields.writeUTF(clientId);
    send(CONNECT, body.toByteArray());
    flush();
    expect(CONNACK);
  }

  void subscribe(String topic) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(body);
    fields.writeShort(1);
    fields.writeUTF(topic);
    fields.writeByte(0);
    send(SUBSCRIBE, body.toByteArray());
    flush();
    expect(SUBACK);
  }

  private void expect(int type) throws IOException {
    int first = in.readUnsignedByte();
    in.readFully(new byte[length()]);
    if (first != type) {
      throw new IOException("packet " + first + " instead of " + type);
    }
  }

  void publish(String topic, byte[] payload) throws IOException {
    byte[] name = topic.getBytes(StandardCharsets.US_ASCII);
    byte[] body = new byte[2 + name.length + payload.length];
    body[1] = (byte) name.length;
    System.arraycopy(name, 0, body, 2, name.length);
    System.arraycopy(payload, 0, body, 2 + name.length, payload.length);
    send(PUBLISH, body);
  }

  private synchronized void send(int first, byte[] body) throws IOException {
    out.writeByte(first);
    int left = body.length;
    while (left > 127) {
      out.writeByte(left & 127 | 128);
      left >>= 7;
    }
    out.writeByte(left);
    out.write(body);
  }

  synchronized void flush() throws IOException {
    out.flush();
  }

  /**
   * Reads in a thread of its own until the connection ends.
   *
   * @param message is given each payload
   * @param idle runs when everything that has come is read
   */
  void read(Consumer<byte[]> message, Runnable idle) {
    Thread reader =
        new Thread(
            () -> {
              try {
                while (true) {
                  int first = in.readUnsignedByte();
                  byte[] body = new byte[length()];
                  in.readFully(body);
                  if (first == PUBLISH) {
                    int topic = 2 + ((body[0] & 255) << 8 | body[1] & 255);
                    message.accept(Arrays.copyOfRange(body, topic, body.length));
                  }
                  if (in.available() == 0) {
                    idle.run();
                  }
                }
              } catch (IOException ended) {
                // the benchmark is over
              }
            });
    reader.setDaemon(true);
    reader.start();
  }

  private int length() throws IOException {
    int length = 0;
    int shift = 0;
    int next;
    do {
      next = in.readUnsignedByte();
      length |= (next & 127) << shift;
      shift += 7;
    } while (next > 127);
    return length;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
