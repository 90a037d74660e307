package org.smqcluster.cluster;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.util.MessageBatch;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * Brings messages from node to node for one broker, over a fork of the channel that the caches use.
 * JGroups keeps the order of one sender; the sequences keep out what it repeats. It receives on a
 * thread of JGroups, one a sender at a time.
 */
final class Bus implements Receiver {

  private static final Logger LOG = System.getLogger(Bus.class.getName());

  private static final LimitedLog UNDELIVERED = new LimitedLog(Bus.class);

  /** The last message of one node; its lock is held while a message of the node is delivered. */
  private static final class Sequence {

    private long number;
  }

  private final JChannel channel;
  private final String broker;
  private final int self;
  private final ClusterConfig.Bus bounds;
  private final Consumer<EncodedPacket> deliver;
  private final Supplier<CompletionStage<Void>> settled;
  private final Map<Integer, NodeLink> peers = new ConcurrentHashMap<>();

  /** Nodes that died, for as long as their clients may come. */
  private final Map<Integer, NodeLink> dead = new ConcurrentHashMap<>();

  private final AtomicLong sequence = new AtomicLong();

  private final BusMarks marks = new BusMarks();

  /** By life of node; kept for lives that may come back. */
  private final Map<Integer, Sequence> seen = new ConcurrentHashMap<>();

  final LongAdder packetsOut = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder packetsIn = new LongAdder();
  final LongAdder repeated = new LongAdder();

  /**
   * @param channel a fork, not connected yet
   * @param deliver is given every packet from other nodes
   * @param settled completes when the publishes that have begun on this node have ended
   */
  Bus(
      JChannel channel,
      String broker,
      int self,
      ClusterConfig.Bus bounds,
      Consumer<EncodedPacket> deliver,
      Supplier<CompletionStage<Void>> settled) {
    this.channel = channel;
    this.broker = broker;
    this.self = self;
    this.bounds = bounds;
    this.deliver = deliver;
    this.settled = settled;
  }

  void start() throws Exception {
    channel.setReceiver(this);
    channel.connect(broker);
  }

  void stop() {
    peers.keySet().forEach(this::left);
    dead.keySet().forEach(this::forget);
    channel.close();
  }

  void joined(NodeInfo node, Address address) {
    NodeLink peer =
        new NodeLink(
            node,
            broker,
            bounds,
            sequence::incrementAndGet,
            (number, packets, length, ackWanted) -> {
              packetsOut.add(packets.size());
              bytesOut.add(length);
              boolean numbered = node.format() > FormatVersion.UNTOLD;
              transmit(
                  address, BusMessage.packets(self, number, packets, length, ackWanted, numbered));
            });
    peers.put(node.id(), peer);
    peer.start();
  }

  void left(int node) {
    close(peers.remove(node));
    marks.gone(node);
  }

  /**
   * Keeps what the node was not sent, and what is offered from now on, until it is forgotten. What
   * comes of the node is dropped from now on: its clients have had it there, and come here.
   */
  void died(int node) {
    NodeLink peer = peers.get(node);
    if (peer != null) {
      peer.died();
      dead.put(node, peer);
      // waits for a message that is being delivered
      synchronized (seen(node)) {
        peers.remove(node);
      }
    }
    marks.gone(node);
  }

  void forget(int node) {
    close(dead.remove(node));
  }

  private void close(NodeLink peer) {
    if (peer != null) {
      peer.close();
    }
  }

  /** The node of this life that died and is not forgotten, or null. */
  NodeLink dead(int node) {
    return dead.get(node);
  }

  /** The node of this life, or null if it is not there. */
  NodeLink peer(int node) {
    return peers.get(node);
  }

  /** The nodes that are there, a live view. */
  Collection<NodeLink> peers() {
    return Collections.unmodifiableCollection(peers.values());
  }

  /** Does not block: flow control is ours, and the transport queues. */
  private void transmit(Address to, byte[] message) {
    try {
      channel.send(new BytesMessage(to, message).setFlag(Message.Flag.NO_FC));
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "Cannot send to node {0}: {1}", to, e);
    }
  }

  /**
   * Completes when the other nodes have all that was sent to them up to now, and this one has what
   * they sent: up to then, and in publishes that had begun. Or some seconds later. A node that has
   * not opened this broker yet has sent nothing, and is not waited for.
   */
  CompletionStage<Void> received() {
    return marks.await(
        peers.values().stream()
            .filter(peer -> peer.isNumbered() && isOpen(peer))
            .map(NodeLink::id)
            .toList(),
        this::askForMark);
  }

  /**
   * Whether the node's bus is known to be there: each link begins with a message, and its answer.
   */
  private boolean isOpen(NodeLink peer) {
    return peer.hasAnswered() || seen.containsKey(peer.id());
  }

  private void askForMark(int node, long number) {
    if (!send(node, BusMessage.mark(number, true))) {
      marks.arrived(node, number);
    }
  }

  /** Sends a packet to a node; false if the node is not there. */
  private boolean send(int node, EncodedPacket packet) {
    NodeLink peer = peers.get(node);
    if (peer != null) {
      peer.outbox().offerAnswer(packet);
    }
    return peer != null;
  }

  // ---- JGroups' threads

  @Override
  public void receive(MessageBatch messages) {
    messages.forEach(this::receive);
  }

  @Override
  public void receive(Message message) {
    try {
      received(
          message.getSrc(),
          BusMessage.read(
              ByteBuffer.wrap(message.getArray(), message.getOffset(), message.getLength())));
    } catch (UnknownFormatException e) {
      LOG.log(
          Level.WARNING,
          "Dropped a message of node {0} that this node cannot read: {1}",
          message.getSrc(),
          e.getMessage());
    }
  }

  private void received(Address from, BusMessage.Received received) {
    if (received.isAck()) {
      NodeLink peer = peers.get(received.node());
      if (peer != null) {
        peer.acknowledged(received.sequence());
      }
      return;
    }
    deliverNew(received);
    if (received.ackWanted()) {
      transmit(from, BusMessage.ack(self, received.sequence()));
    }
  }

  /** Once its node counts as dead, nothing is delivered that was on its way: see {@link #died}. */
  private void deliverNew(BusMessage.Received received) {
    Sequence last = seen(received.node());
    synchronized (last) {
      if (received.sequence() <= last.number) {
        repeated.increment();
        return;
      }
      last.number = received.sequence();
      if (!dead.containsKey(received.node())) {
        deliver(received);
      }
    }
  }

  private Sequence seen(int node) {
    return seen.computeIfAbsent(node, id -> new Sequence());
  }

  private void deliver(BusMessage.Received received) {
    try {
      packetsIn.add(
          received.forEachPacket(
              packet -> {
                if (packet.typeCode() == 0) {
                  marked(received.node(), packet);
                } else {
                  deliver.accept(packet);
                }
              }));
    } catch (MalformedPacketException | RuntimeException e) {
      UNDELIVERED.log(
          Level.ERROR,
          e,
          "A message of the node with the id {0,number,#} was not delivered. If it goes on, restart this node and report it.",
          received.node());
    }
  }

  private void marked(int node, EncodedPacket mark) {
    long number = BusMessage.numberOf(mark);
    if (BusMessage.isWanted(mark)) {
      settled.get().thenRun(() -> send(node, BusMessage.mark(number, false)));
    } else {
      marks.arrived(node, number);
    }
  }
}
