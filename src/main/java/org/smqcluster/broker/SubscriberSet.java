package org.smqcluster.broker;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The subscriptions of a topic: adding and removing cost the same whatever the number, and
 * publishers walk it without a lock while it changes. Holes are filled by later subscriptions; a
 * walk passes over those that are younger than itself, so that a receiver that subscribes again
 * during a walk is not met twice. Changes need the topic's lock.
 */
final class SubscriberSet {

  private static final AtomicReferenceArray<Subscription> EMPTY = new AtomicReferenceArray<>(0);
  private static final int FIRST_CAPACITY = 2;

  private volatile AtomicReferenceArray<Subscription> slots = EMPTY;
  private volatile long age;
  private int[] holes = {};
  private int holeCount;
  private int end;

  /**
   * Calls the visitor for each subscription that there is when the walk starts, at most once each.
   */
  void walk(Consumer<? super Subscription> visitor) {
    long now = age;
    AtomicReferenceArray<Subscription> walked = slots;
    for (int i = 0; i < walked.length(); i++) {
      Subscription subscription = walked.get(i);
      if (subscription != null && subscription.age <= now) {
        visitor.accept(subscription);
      }
    }
  }

  int size() {
    return end - holeCount;
  }

  void add(Subscription subscription) {
    long next = age + 1;
    subscription.age = next;
    insert(subscription);
    age = next;
  }

  private void insert(Subscription subscription) {
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
      holes = Arrays.copyOf(holes, Math.max(FIRST_CAPACITY, holeCount * 2));
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
