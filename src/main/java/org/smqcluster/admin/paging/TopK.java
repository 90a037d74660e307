package org.smqcluster.admin.paging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Keeps the first few of many items in an order without sorting all: an item that is not among them
 * costs one comparison. Not thread-safe.
 */
public final class TopK<T> {

  private final int size;
  private final Comparator<? super T> order;
  private final PriorityQueue<T> worstFirst;
  private int offered;

  public TopK(int size, Comparator<? super T> order) {
    this.size = size;
    this.order = order;
    this.worstFirst = new PriorityQueue<>(Collections.reverseOrder(order));
  }

  public void add(T candidate) {
    offered++;
    if (worstFirst.size() < size) {
      worstFirst.add(candidate);
    } else if (size > 0 && order.compare(candidate, worstFirst.peek()) < 0) {
      worstFirst.poll();
      worstFirst.add(candidate);
    }
  }

  public int offered() {
    return offered;
  }

  /** The kept items in order, without the first {@code offset}. */
  public List<T> from(int offset) {
    List<T> sorted = new ArrayList<>(worstFirst);
    sorted.sort(order);
    return sorted.subList(Math.min(offset, sorted.size()), sorted.size());
  }
}
