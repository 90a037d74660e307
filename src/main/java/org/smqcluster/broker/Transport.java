package org.smqcluster.broker;

/** How a client is connected. */
public enum Transport {
  WEBSOCKET,
  RAW
}
