package org.smqcluster.led;

/** What became of devices and of what they said, besides being kept; counted on each node. */
public enum DeviceChange {
  /** A device that was offline was forgotten for another one. */
  EVICTED,
  /** A device was forgotten because it was offline too long, or one too many after a merge. */
  EXPIRED,
  /** An announcement was refused because there was no room. */
  REFUSED,
  /** A message was not what it should be. */
  INVALID
}
