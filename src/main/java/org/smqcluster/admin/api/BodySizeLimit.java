package org.smqcluster.admin.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.smqcluster.admin.problem.ApiException;

/**
 * Bounds the bytes that are read of a request's body: without a login a client must not be able to
 * fill the node's memory.
 */
@Provider
@PreMatching
public class BodySizeLimit implements ContainerRequestFilter {

  /** The longest message, each of its bytes escaped as JSON does it, and some. */
  static final int MAX_BYTES = 512 * 1024;

  @Override
  public void filter(ContainerRequestContext request) {
    if (request.getLength() > MAX_BYTES) {
      throw ApiException.tooLarge(MAX_BYTES);
    }
    request.setEntityStream(new Bounded(request.getEntityStream(), request.getLength()));
  }

  /**
   * Ends where {@code Content-Length} says, and fails where a body without one gets too long.
   * Grizzly does not end the body of a request that has an {@code Upgrade} header, as those of
   * Java's HTTP client have: a parser that asks for more than there is would wait until the read
   * times out.
   */
  private static final class Bounded extends FilterInputStream {

    private final boolean lengthIsKnown;
    private int left;

    Bounded(InputStream in, int length) {
      super(in);
      lengthIsKnown = length >= 0;
      left = lengthIsKnown ? length : MAX_BYTES;
    }

    @Override
    public int read() throws IOException {
      if (isAtEnd()) {
        return -1;
      }
      int read = super.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0 && isAtEnd()) {
        return -1;
      }
      int read = super.read(bytes, offset, Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    private boolean isAtEnd() throws IOException {
      if (left == 0 && !lengthIsKnown && super.read() >= 0) {
        throw ApiException.tooLarge(MAX_BYTES);
      }
      return left == 0;
    }
  }
}
