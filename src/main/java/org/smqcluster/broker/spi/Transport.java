package org.smqcluster.broker.spi;

/** How a client is connected. */
public enum Transport {
  WEBSOCKET,
  RAW
}
