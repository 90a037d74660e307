package org.smqcluster.admin.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads no more of a request's body than the longest that makes sense: whoever sends more, and
 * nobody has to be logged in for that, must not get the node's memory.
 */
@Provider
@PreMatching
public class BodyLimit implements ContainerRequestFilter {

  /** The longest message, each of its bytes escaped as JSON does it, and some. */
  static final int MAX_BYTES = 512 * 1024;

  @Override
  public void filter(ContainerRequestContext request) {
    if (request.getLength() > MAX_BYTES) {
      throw Refused.tooLarge(MAX_BYTES);
    }
    InputStream body = request.getEntityStream();
    request.setEntityStream(
        request.getLength() < 0 ? new Bounded(body) : new Counted(body, request.getLength()));
  }

  /** For bodies that do not say how long they are. */
  private static final class Bounded extends FilterInputStream {

    private int left = MAX_BYTES;

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count(read);
      return read;
    }

    private void count(int read) {
      left -= Math.max(read, 0);
      if (left < 0) {
        throw Refused.tooLarge(MAX_BYTES);
      }
    }
  }

  /**
   * For the others. Grizzly does not end the body of a request that has an {@code Upgrade} header,
   * as those of Java's HTTP client have, where its {@code Content-Length} says: a parser that asks
   * for more than there is would wait until the read times out.
   */
  private static final class Counted extends FilterInputStream {

    private int left;

    Counted(InputStream in, int length) {
      super(in);
      left = length;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = super.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0 && length > 0) {
        return -1;
      }
      int read = super.read(bytes, offset, Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }
  }
}
