package org.smqcluster.admin.clients;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** All that is known of a client; only its own node knows it. */
@Schema(name = "ClientDetails", description = "All that is known of a client")
public record ClientDetails(
    @Schema(description = "Its address in the cluster", example = "1213141516") int etid,
    @Schema(description = "Its own name for itself", example = "led-0a1b2c") String uid,
    @Schema(description = "The node that it is connected to", example = "node1") String node,
    @Schema(description = "Its IP address", example = "192.168.1.20") String address,
    @Schema(description = "Its TCP port", example = "51234") int port,
    @Schema(description = "websocket or raw", example = "raw") String transport,
    @Schema(description = "Whether its connection is encrypted") boolean secure,
    @Schema(description = "The user that it was authenticated as", nullable = true) String user,
    Instant connected,
    @Schema(description = "What it says of itself", example = "LED device") String info,
    @Schema(description = "The broker that it uses", example = "smq") String broker,
    @Schema(description = "The first 100 topics that it subscribes to") List<Named> subscriptions,
    @Schema(description = "How many topics it subscribes to", example = "3") int subscriptionsTotal,
    @Schema(description = "The first 100 topics and clients that it observes")
        List<Named> observations,
    @Schema(description = "How many topics and clients it observes", example = "1")
        int observationsTotal,
    @Schema(description = "What waits for it") Waiting outbox,
    @Schema(description = "Since it connected") Counters counters,
    @Schema(description = "The last 100, the oldest first") List<Happened> events) {

  @Schema(name = "Id", description = "A topic, or a client that is observed")
  public record Named(
      @Schema(description = "TID or ETID", example = "123456") int id,
      @Schema(description = "Null for a client", example = "/m2m/led/device", nullable = true)
          String topic) {}

  @Schema(name = "Outbox")
  public record Waiting(
      @Schema(description = "Bytes that wait", example = "0") long bytes,
      @Schema(description = "Bytes that may wait", example = "1048576") long limit,
      @Schema(description = "Packets dropped", example = "0") long dropped) {}

  @Schema(name = "ClientCounters")
  public record Counters(
      @Schema(description = "Packets from it", example = "120") long packetsIn,
      @Schema(description = "Bytes from it", example = "4800") long bytesIn,
      @Schema(description = "Packets for it", example = "300") long packetsOut,
      @Schema(description = "Bytes for it", example = "12000") long bytesOut) {}

  /** Something that happened to a client. */
  @Schema(name = "ClientEvent")
  public record Happened(
      Instant time,
      @Schema(example = "subscribed") String type,
      @Schema(description = "The topic, or why", example = "/m2m/led/display") String detail) {}
}
