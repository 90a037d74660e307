package org.smqcluster.admin.paging;

import org.smqcluster.admin.problem.ApiException;

/**
 * Which part of a long list is wanted.
 *
 * @param sort the member to sort by, without its sign
 * @param descending whether the last come first
 * @param offset how many to pass over
 * @param limit how many to tell
 */
public record Page(String sort, boolean descending, int offset, int limit) {

  /** Most items of one answer. */
  public static final int MAX_LIMIT = 1000;

  /**
   * Checks what a request asks for.
   *
   * @param sort a member's name, with a minus before it to sort downwards
   */
  public static Page of(String sort, int offset, int limit) {
    return of(sort, offset, limit, MAX_LIMIT);
  }

  /** As {@link #of(String, int, int)}, with another bound of the items. */
  public static Page of(String sort, int offset, int limit, int maxLimit) {
    if (offset < 0) {
      throw ApiException.badRequest("offset must not be negative.");
    }
    if (limit < 1 || limit > maxLimit) {
      throw ApiException.badRequest("limit must be from 1 to " + maxLimit + ".");
    }
    boolean descending = sort.startsWith("-");
    return new Page(descending ? sort.substring(1) : sort, descending, offset, limit);
  }

  /** How many of the first there have to be known. */
  public int end() {
    return (int) Math.min(Integer.MAX_VALUE, (long) offset + limit);
  }
}
