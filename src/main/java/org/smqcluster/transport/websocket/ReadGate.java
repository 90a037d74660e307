package org.smqcluster.transport.websocket;

/** Stops and starts the reading of one connection. Any thread; never blocks. */
interface ReadGate {

  void pause();

  void resume();

  boolean paused();
}
