package org.smqcluster.broker;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The subscriptions of a topic: adding and removing cost the same whatever the number, and
 * publishers walk it without a lock while it changes. A subscription keeps its slot while it lives,
 * so that a walk never meets it twice; holes are filled by later ones. Changes need the topic's
 * lock.
 */
final class SubscriberSet {

  private static final AtomicReferenceArray<Subscription> EMPTY = new AtomicReferenceArray<>(0);
  private static final int FIRST_CAPACITY = 2;

  private volatile AtomicReferenceArray<Subscription> slots = EMPTY;
  private int[] holes = {};
  private int holeCount;
  private int end;

  /** What to walk: some elements are null. */
  AtomicReferenceArray<Subscription> walk() {
    return slots;
  }

  int size() {
    return end - holeCount;
  }

  void add(Subscription subscription) {
    if (holeCount > 0) {
      put(holes[--holeCount], subscription);
      return;
    }
    if (end == slots.length()) {
      rebuild(Math.max(FIRST_CAPACITY, end * 2));
    }
    put(end++, subscription);
  }

  private void put(int slot, Subscription subscription) {
    subscription.slot = slot;
    slots.set(slot, subscription);
  }

  void remove(Subscription subscription) {
    slots.set(subscription.slot, null);
    if (holeCount == holes.length) {
      int[] larger = new int[Math.max(FIRST_CAPACITY, holeCount * 2)];
      System.arraycopy(holes, 0, larger, 0, holeCount);
      holes = larger;
    }
    holes[holeCount++] = subscription.slot;
    if (size() < slots.length() / 4) {
      rebuild(size() * 2);
    }
  }

  /** Copies to a new array without holes; walks under way finish on the old one. */
  private void rebuild(int capacity) {
    AtomicReferenceArray<Subscription> old = slots;
    var fresh = capacity == 0 ? EMPTY : new AtomicReferenceArray<Subscription>(capacity);
    int next = 0;
    for (int i = 0; i < old.length(); i++) {
      Subscription subscription = old.get(i);
      if (subscription != null) {
        subscription.slot = next;
        fresh.set(next++, subscription);
      }
    }
    end = next;
    holes = new int[] {};
    holeCount = 0;
    slots = fresh;
  }
}
