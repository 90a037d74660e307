package org.smqcluster.admin.metrics;

/**
 * Every metric of this application at {@code /metrics}: name and meaning, as Prometheus wants them.
 * Those that end in {@code _total} are counters since the node's start, the others are gauges. The
 * delivery time is a histogram, kept by the broker.
 */
public enum SmqMetric {
  PACKETS_RECEIVED("smq_packets_received_total", "Packets from clients, by broker and type"),
  PACKETS_SENT("smq_packets_sent_total", "Packets accepted for clients, by broker and type"),
  BYTES_RECEIVED("smq_bytes_received_total", "Bytes of packets from clients, by broker"),
  BYTES_SENT("smq_bytes_sent_total", "Bytes of packets accepted for clients, by broker"),
  DROPPED(
      "smq_dropped_messages_total",
      "Messages, or copies for one receiver, not delivered, by broker and reason"),
  REFUSED("smq_refused_total", "Requests and connections refused, by broker and reason"),
  CONNECTIONS_CLOSED(
      "smq_connections_closed_total",
      "Connections closed at once because file descriptors run out, on all ports"),
  DESCRIPTORS_LEFT(
      "smq_descriptors_left",
      "File descriptors that are left for clients; those of the reserve are not counted"),
  INTERNAL_ERRORS(
      "smq_internal_errors_total", "Failures inside this node that were contained; see its log"),
  PAUSES(
      "smq_publisher_pauses_total",
      "How often a publisher was paused because an outbox was written too slowly, by broker"),
  RATE_PAUSES(
      "smq_rate_pauses_total",
      "How often a client was not read for a while, because it sends more packets than"
          + " smq.limit.publish.rate, by broker"),
  LAST_VALUES_UNKEPT(
      "smq_last_values_unkept_total",
      "Last values that were not kept, because a bound was reached or they are too long, by broker"),
  SESSIONS_PARKED(
      "smq_sessions_parked",
      "Sessions of clients that this node let go or whose connections broke, parked until the"
          + " clients come to a node, by broker"),
  SESSIONS_ORPHANED(
      "smq_sessions_orphaned",
      "Clients of nodes that died, which may go on with their sessions on any other node until"
          + " smq.session.grace is over, by broker; each node counts them all"),
  SESSIONS(
      "smq_sessions_total",
      "Sessions of clients that moved, by broker and event: parked (let go by this node), expired"
          + " (and not back in time), broken (parked since the connection broke), left (and not back"
          + " in time), refused (not parked, or ended early: there were too many, or too much waited"
          + " for all clients), resumed (at the node that the client came to)"),
  HELD_BYTES("smq_held_bytes", "Bytes of messages held for parked clients, by broker"),
  HELD_MESSAGES(
      "smq_held_messages_total",
      "Messages held for parked clients, or dropped because too many were, by broker and result"),
  FORWARDED(
      "smq_forwarded_messages_total", "Messages accepted for another node, by broker and node"),
  BUS_PACKETS_SENT("smq_bus_packets_sent_total", "Packets sent to other nodes, by broker"),
  BUS_BYTES_SENT("smq_bus_bytes_sent_total", "Bytes of packets sent to other nodes, by broker"),
  BUS_PACKETS_RECEIVED("smq_bus_packets_received_total", "Packets from other nodes, by broker"),
  BUS_REPEATED(
      "smq_bus_repeated_messages_total",
      "Bus messages that came again after a split and were not delivered, by broker"),
  BUS_QUEUE_BYTES(
      "smq_bus_queue_bytes",
      "Bytes that wait for other nodes or are not acknowledged by them, by broker"),
  DELIVERY(
      "smq_delivery_seconds",
      "Histogram of the time from a packet's arrival to its last outbox, of sampled publishes, by broker"),
  CLIENTS("smq_clients", "Clients connected to this node, by transport"),
  TOPICS("smq_topics", "Topics that this node knows"),
  SUBSCRIPTIONS("smq_subscriptions", "Subscriptions of this node's clients"),
  OUTBOX_BYTES("smq_outbox_bytes", "Bytes that wait for this node's clients"),
  MEMORY(
      "smq_memory_bytes",
      "Estimated bytes of the heap that peers make this node keep, by broker and part: all, or names"),
  MEMORY_LIMIT("smq_memory_limit_bytes", "Bound of smq_memory_bytes, by broker and part"),
  LED_DEVICES("smq_led_devices", "LED devices that the cluster remembers, online or not"),
  LED_DEVICES_LIMIT("smq_led_devices_limit", "Bound of smq_led_devices"),
  LED_DEVICE_BYTES(
      "smq_led_device_bytes", "Estimated bytes of the heap that LED devices take on each node"),
  LED_DEVICE_BYTES_LIMIT("smq_led_device_limit_bytes", "Bound of smq_led_device_bytes"),
  LED_DEVICE_CHANGES(
      "smq_led_device_changes_total",
      "LED devices evicted for others, or expired, announcements refused for lack of room, and"
          + " messages of LED devices that are invalid, by change"),
  SHARED_ENTRIES("smq_shared_map_entries", "Entries of a shared map on this node, by map"),
  SHARED_BYTES("smq_shared_map_bytes", "Bytes of a shared map's keys and values, by map"),
  SHARED_REFUSED(
      "smq_shared_map_refused_total",
      "Writes of this node refused because a shared map is full, by map"),
  STATE_BYTES("smq_state_bytes", "Bytes of the files in smq.state.directory; 0 without one"),
  STATE_PENDING(
      "smq_state_pending_entries", "Changed entries that are not yet in smq.state.directory"),
  STATE_FAILURES(
      "smq_state_write_failures_total",
      "Failed writes to smq.state.directory; they are made again"),
  CLUSTER_NODES("smq_cluster_nodes", "Nodes that this node sees, itself too"),
  CLUSTER_CLIENTS("smq_cluster_clients", "Clients of all nodes, as this node knows them"),
  CLUSTER_REFUSED(
      "smq_cluster_refused_connections_total",
      "Connections to the ports for other nodes that were not a node's, or broke the protocol"),
  STARTS_REFUSED(
      "smq_device_refused_starts_total",
      "Connections to the device ports that did not complete a TLS handshake or a request for SMQ,"
          + " or were closed by smq.limit.connect.rate before TLS, or by"
          + " smq.limit.clients.per.address before both"),
  PROXY_REFUSED(
      "smq_proxy_refused_total",
      "Requests and connections of trusted proxies that did not tell their client"),
  LOG_LEFT_OUT(
      "smq_log_left_out_lines_total",
      "Log lines left out because there was one of their kind within the minute"),
  OLDEST_WRITE(
      "smq_cluster_oldest_write_seconds",
      "Seconds that this node's oldest write to the cluster's caches is under way; 30 or more: it is"
          + " stuck, and ends"),
  READY("smq_node_ready", "1 while this node takes clients, else 0");

  private final String metric;
  private final String help;

  SmqMetric(String metric, String help) {
    this.metric = metric;
    this.help = help;
  }

  public String metric() {
    return metric;
  }

  /** One line that says what it is. */
  public String help() {
    return help;
  }
}
