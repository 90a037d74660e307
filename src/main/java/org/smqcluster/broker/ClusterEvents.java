package org.smqcluster.broker;

import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;

/** The cluster's news, turned into this node's state. On the cluster's threads. */
record ClusterEvents(
    TopicTable topics,
    SessionRegistry sessions,
    Parking parking,
    Adoption adoption,
    SessionSearch search,
    EtidObservers etidObservers,
    Router router,
    PublishesUnderWay underWay,
    BrokerMetrics metrics,
    BrokerLog log)
    implements Cluster.Listener {

  @Override
  public void named(NameSpace space, int id, String topicName) {
    if (space == NameSpace.TOPIC) {
      topics.learn(id, topicName);
    } else {
      topics.learnSubtopic(id, topicName);
    }
  }

  @Override
  public void nameLost(NameSpace space, int id, String lostName) {
    topics.forget(space, id, lostName);
    var affected =
        sessions.connected().stream()
            .filter(
                s ->
                    space == NameSpace.SUBTOPIC
                        || IntStream.of(s.subscriptions()).anyMatch(tid -> tid == id))
            .toList();
    log.nameLost(space, id, lostName, affected.size());
    affected.forEach(session -> session.disconnect(CloseReason.DRAINING));
  }

  @Override
  public void interest(RemoteNode node, int tid, int subscribers) {
    topics.byId(tid).interest(node, subscribers);
  }

  @Override
  public void clientGone(int etid) {
    etidObservers.gone(etid);
  }

  @Override
  public void takenOver(ClientEntry lost) {
    ClientSession session = sessions.byConnection(lost.connection());
    if (session != null) {
      session.disconnect(CloseReason.TAKEN_OVER, "reconnect");
    }
    parking.takenOver(lost);
  }

  @Override
  public boolean keepsForDead() {
    return adoption.isOn();
  }

  @Override
  public void died(String name, int node, int clients) {
    parking.died(name);
    adoption.died(name, node, clients);
  }

  @Override
  public CompletionStage<byte[]> asked(byte[] question) {
    return search.answer(question);
  }

  @Override
  public CompletionStage<Void> settled() {
    return underWay.settled();
  }

  @Override
  public void deliver(EncodedPacket encoded) {
    try {
      if (PacketDecoder.decode(encoded) instanceof Packet.Publish publish) {
        if (publish.tid() == Ids.BROKER) {
          VersionedMessage.unwrap(publish).ifPresent(router::deliver);
        } else {
          router.deliver(publish);
        }
      }
    } catch (MalformedPacketException e) {
      metrics.refused(Refusal.MALFORMED_PACKET);
    }
  }
}
