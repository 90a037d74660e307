package org.smqcluster.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.smqcluster.broker.spi.Scope;

/**
 * Makes a method of a CDI bean a subscriber, from before the first client is accepted until the
 * application stops. The method takes a {@link org.smqcluster.broker.spi.Message}, or first a type
 * that Jakarta JSON Binding makes of the payload and then, if wanted, the message. Methods of one
 * broker run one after the other, on a thread of their own; what they throw is logged.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnMessage {

  /** The topic; empty for what is sent to the broker's own ETID, 1. */
  String topic() default "";

  /** The sub-topic; empty for every one, or, with an empty topic, for messages without one. */
  String subtopic() default "";

  /**
   * The publishers: clients of all nodes, so that the bean of each node gets each message, or of
   * this node.
   */
  Scope scope() default Scope.CLUSTER;

  /**
   * Whether a message tells a state, so that the method needs the latest alone: one that waits for
   * the method is then replaced by a later one of the same publisher, sub-topic and {@link
   * #keyBytes key}. The method sees fewer messages than were published, but always the last. If
   * not, it sees each message until 10,000, or 16 MiB of them, wait: then the newest are dropped
   * and counted. Needs a topic.
   */
  boolean latest() default false;

  /**
   * With {@link #latest}: how many of the payload's first bytes, 0 to 8, tell of which of the
   * publisher's things the message tells the state.
   */
  int keyBytes() default 0;

  /** The broker's name in {@code smq.brokers}; empty for the first. */
  String broker() default "";
}
