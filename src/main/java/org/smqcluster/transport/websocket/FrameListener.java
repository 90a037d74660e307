package org.smqcluster.transport.websocket;

/** Receives what a {@link FastPath} reads from one connection; one thread at a time. */
public interface FrameListener {

  /** Code of a close frame that has none. */
  int NO_CODE = 1005;

  /** Runs the decoding of one piece of input, then writes what it made ready, for all receivers. */
  void read(Runnable decoding);

  /**
   * A whole message.
   *
   * @param rawPacket the packet in raw form, with its length filled in; the listener's own
   */
  void message(byte[] rawPacket);

  /** A ping with its payload, at most 125 bytes. */
  void ping(byte[] payload);

  /** The peer's close frame; no more bytes are decoded. */
  void closed(int code);

  /** The peer broke a rule of RFC 6455; no more bytes are decoded. */
  void violation(String rule);

  /**
   * All bytes that have arrived are decoded; tells how many are kept of a message that has come in
   * part.
   */
  void partial(int bytes);

  /** A message is longer than any packet; no more bytes are decoded. */
  void tooLong();
}
