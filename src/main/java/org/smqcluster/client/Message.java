package org.smqcluster.client;

import java.nio.charset.StandardCharsets;

/**
 * A message that came in. Its handlers, if there are several, share the payload's array.
 *
 * @param topic the TID of the topic, or the receiver's own ETID
 * @param publisher the publisher's ETID; a message published to it is an answer
 * @param subtopic the id of the sub-topic, 0 for none
 * @param payload 0 to 65,520 bytes
 */
public record Message(int topic, int publisher, int subtopic, byte[] payload) {

  /** The payload read as UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
