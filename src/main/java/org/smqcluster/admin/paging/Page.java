package org.smqcluster.admin.paging;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
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

  public static final int MAX_LIMIT = 1000;

  /** Checks what a request asks for; a minus before the member sorts downwards. */
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

  /**
   * The order that is wanted, before it is turned around.
   *
   * @param orders by the members that there are to sort by
   * @throws ApiException if the wanted one is not there
   */
  public <T> Comparator<T> order(Map<String, Comparator<T>> orders) {
    if (!orders.containsKey(sort)) {
      throw ApiException.badRequest(
          "sort must be one of " + String.join(", ", new TreeSet<>(orders.keySet())));
    }
    return orders.get(sort);
  }

  /**
   * The wanted part of the items.
   *
   * @param order is turned around if the last come first
   * @param ties decides among equal items, so that pages do not overlap
   */
  public <T> Part<T> of(Stream<? extends T> items, Comparator<T> order, Comparator<T> ties) {
    TopK<T> kept =
        new TopK<>(
            (int) Math.min(Integer.MAX_VALUE, (long) offset + limit),
            (descending ? order.reversed() : order).thenComparing(ties));
    items.forEachOrdered(kept::add);
    return new Part<>(kept.offered(), kept.from(offset));
  }

  /** A part of a list, and how many items the whole list has. */
  public record Part<T>(int total, List<T> items) {}
}
