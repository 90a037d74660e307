package org.smqcluster.security;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** HTTP as an attacker writes it: byte by byte. */
final class RawHttp {

  private RawHttp() {}

  /** The head of a login whose body is as long as this header says. */
  static String login(String bodyHeader) {
    return "POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + bodyHeader
        + "\r\n\r\n";
  }

  /** Sends this and reads the beginning of the answer, up to the status. */
  static String status(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(bytes(request));
    byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    return new String(status, StandardCharsets.US_ASCII);
  }

  /** Sends this and reads all of the answer, until the server closes the connection. */
  static String answer(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(bytes(request));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** The whole head of the next answer. */
  static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = socket.getInputStream().read();
      if (read < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) read);
    }
    return head.toString();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
