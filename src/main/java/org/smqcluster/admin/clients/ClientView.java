package org.smqcluster.admin.clients;

import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.protocol.WireText;

/** A client as every node knows it. */
@Schema(name = "Client", description = "A client, connected or expected back")
public record ClientView(
    @Schema(description = "Its address in the cluster", example = "1213141516") int etid,
    @Schema(description = "Its own name for itself", example = "led-0a1b2c") String uid,
    @Schema(
            description = "The node that it is connected to or parked on, or that died",
            example = "node1")
        String node,
    @Schema(description = "Its IP address", example = "192.168.1.20") String address,
    @Schema(description = "websocket or raw", example = "raw") String transport,
    Instant connected,
    @Schema(
            description =
                "connected; or parked: its connection has ended, and its node holds its messages until"
                    + " it comes back; or orphaned: its node died, and the others hold its messages",
            example = "connected")
        String state,
    @Schema(description = "What it says of itself", example = "LED device") String info,
    @Schema(description = "The broker that it uses", example = "smq") String broker,
    @Schema(
            description = "What only its node knows; null where that did not answer",
            nullable = true)
        Load load) {

  @Schema(name = "ClientLoad", description = "What a client does, and what waits for it")
  public record Load(
      @Schema(example = "1213141516") int etid,
      @Schema(description = "Topics that it subscribes to", example = "3") int subscriptions,
      @Schema(
              description =
                  "Packets from it, a second: since it was last asked for, within a minute, else since"
                      + " it connected",
              example = "1.5")
          double packetsIn,
      @Schema(description = "Packets for it, a second, likewise", example = "12.0")
          double packetsOut,
      @Schema(description = "Bytes that wait for it", example = "0") long outboxBytes,
      @Schema(description = "Messages for it that were dropped", example = "0") long dropped) {}

  public enum State {
    CONNECTED,
    PARKED,
    ORPHANED;

    /** A client whose node is a member. */
    static State of(ClientEntry entry) {
      return entry.parked() ? PARKED : CONNECTED;
    }
  }

  static ClientView of(String broker, ClientEntry entry, State state) {
    return new ClientView(
        entry.etid(),
        WireText.printable(entry.uid()),
        entry.node(),
        entry.address(),
        entry.transport().name().toLowerCase(Locale.ROOT),
        Instant.ofEpochMilli(entry.connectedAt()),
        state.name().toLowerCase(Locale.ROOT),
        WireText.printable(entry.info()),
        broker,
        null);
  }

  ClientView with(Load itsLoad) {
    return new ClientView(
        etid, uid, node, address, transport, connected, state, info, broker, itsLoad);
  }
}
