package org.smqcluster.broker.spi;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/**
 * Bytes for a parser that fail where it reads on and on at their end. JSON Binding on Parsson skips
 * a member that a type does not have until its closing bracket comes: where the text breaks off, as
 * {@code {"a":[}, its thread would be busy for ever. Not thread-safe.
 */
public final class ParserInput extends FilterInputStream {

  /** A parser may ask at the end more than once, and a decoder before it. */
  private static final int MAX_READS_AT_END = 16;

  private int readsAtEnd;

  /** Guards what the stream has. */
  public ParserInput(InputStream in) {
    super(in);
  }

  /** A text in UTF-8; bytes that are not become U+FFFD. */
  public static Reader utf8(byte[] text) {
    return new InputStreamReader(
        new ParserInput(new ByteArrayInputStream(text)), StandardCharsets.UTF_8);
  }

  @Override
  public int read() throws IOException {
    return counted(super.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return counted(super.read(bytes, offset, length));
  }

  private int counted(int read) throws IOException {
    if (read < 0 && ++readsAtEnd > MAX_READS_AT_END) {
      throw new EOFException("the text breaks off");
    }
    return read;
  }
}
