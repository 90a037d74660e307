package org.smqcluster.bootstrap;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.MemoryUse;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.protocol.Packet.Publish;

/** A broker that is looked up at each call; beans may hold it before the node is started. */
record LazyBroker(Supplier<Broker> broker) implements Broker {

  @Override
  public String name() {
    return broker.get().name();
  }

  @Override
  public String nodeName() {
    return broker.get().nodeName();
  }

  @Override
  public TopicRegistry topics() {
    return new LazyTopicRegistry(() -> broker.get().topics());
  }

  @Override
  public Collection<? extends Client> clients() {
    return broker.get().clients();
  }

  @Override
  public Optional<Client> client(int etid) {
    return broker.get().client(etid);
  }

  @Override
  public boolean isConnected(int etid) {
    return broker.get().isConnected(etid);
  }

  @Override
  public int connections() {
    return broker.get().connections();
  }

  @Override
  public boolean isDraining() {
    return broker.get().isDraining();
  }

  @Override
  public BrokerSettings settings() {
    return broker.get().settings();
  }

  @Override
  public int parked() {
    return broker.get().parked();
  }

  @Override
  public int orphaned() {
    return broker.get().orphaned();
  }

  @Override
  public long parkedBytes() {
    return broker.get().parkedBytes();
  }

  @Override
  public MemoryUse memoryUse() {
    return broker.get().memoryUse();
  }

  @Override
  public BrokerMetrics metrics() {
    return broker.get().metrics();
  }

  @Override
  public boolean removeLastValue(int tid, int subtid) {
    return broker.get().removeLastValue(tid, subtid);
  }

  @Override
  public void tapTopic(String name, Consumer<Publish> watching) {
    broker.get().tapTopic(name, watching);
  }

  @Override
  public void untapTopic(String name) {
    broker.get().untapTopic(name);
  }
}
