package org.smqcluster.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Where one rule is played: opens connections by turns as its mode says, and closes them all. */
final class ConformanceFixture implements AutoCloseable {

  /** A door of a broker. */
  record Door(boolean webSocket, int port) {

    Wire open() throws IOException {
      return webSocket ? new WebSocketWire(port) : new RawWire(port);
    }
  }

  private static final AtomicInteger RUNS = new AtomicInteger();

  private final List<Door> doors;
  private final int run = RUNS.incrementAndGet();
  private final List<Wire> wires = new ArrayList<>();

  /** Makes a stage whose connections use these doors by turns. */
  ConformanceFixture(List<Door> doors) {
    this.doors = doors;
  }

  /** A name that no other rule uses. */
  String name(String base) {
    return base + "-" + run + "-" + ProcessHandle.current().pid();
  }

  /** Whether the next connection is a raw one. */
  Door nextDoor() {
    return doors.get(wires.size() % doors.size());
  }

  /** Opens a connection on which nothing is sent yet. */
  Peer open() {
    return add(nextDoor()::open);
  }

  /** Opens a connection of the raw transport with this bootstrap; only where {@link #isRaw}. */
  Peer openRaw(String bootstrap, boolean answered) {
    int port = nextDoor().port();
    return add(() -> new RawWire(port, bootstrap, answered));
  }

  boolean isRaw() {
    return !nextDoor().webSocket();
  }

  private interface Opener {
    Wire open() throws IOException;
  }

  private Peer add(Opener opener) {
    try {
      Wire wire = opener.open();
      wires.add(wire);
      return new Peer(wire);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connected client with a UID that no other rule uses. */
  Peer connected(String base) {
    return open().connected(name(base));
  }

  @Override
  public void close() {
    wires.forEach(Wire::close);
  }
}
