package org.smqcluster.broker.spi;

/** Why a message, or one receiver's copy of it, was not delivered. */
public enum DropReason {
  /** The topic has no subscriber, or no client has this ETID. */
  NO_RECEIVER,
  /** The receiver does not read and its outbox is full. */
  OUTBOX_FULL,
  /** The receiver said in Connect that it cannot take a packet of this length. */
  TOO_LARGE_FOR_RECEIVER,
  /** The receiver went while the message was on its way. */
  RECEIVER_GONE,
  /** The way to another node is full: that node is frozen, slow or cut off. */
  NODE_OUTBOX_FULL,
  /** The publisher may not publish to this topic or client. */
  DENIED,
  /** Application code refused the message. */
  FILTERED
}
