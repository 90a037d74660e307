package org.smqcluster.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Packet.Publish;

/** What the access list costs a publish: as it is asked, and when nothing is remembered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AclBenchmark {

  /** Topics that the client publishes to in turn. */
  @Param({"1", "1000"})
  int topics;

  private final AccessTestClient client = new AccessTestClient("alice", "browser-1");
  private TopicPolicy forgetful;
  private TopicPolicy remembering;
  private Publish[] messages;
  private Topic[] targets;
  private int next;

  @Setup
  public void setUp() throws IOException {
    Path file = Files.createTempFile("acl", "");
    Files.writeString(file, "allow user:bob send client\nallow user:alice publish /bench/**\n");
    WatchedFile<Acl> watched =
        WatchedFile.open("smq.acl.file", List.of(file), () -> Acl.read(file));
    forgetful = new AclPolicy(any -> watched.content());
    remembering = forgetful.forClient(client);
    StandaloneCluster cluster = new StandaloneCluster();
    NodeBroker broker =
        new NodeBroker("bench", "node", BrokerSettings.DEFAULT, cluster, BrokerHooks.NONE);
    cluster.listener(broker.listener());
    messages = new Publish[topics];
    targets = new Topic[topics];
    for (int i = 0; i < topics; i++) {
      cluster.resolve(NameSpace.TOPIC, "/bench/" + i);
      targets[i] = broker.topics().find("/bench/" + i).orElseThrow();
      messages[i] = Publish.of(targets[i].tid(), client.etid(), 0, new byte[128]);
    }
  }

  @Benchmark
  public boolean publishAsItIsAsked() {
    int i = next = (next + 1) % topics;
    return remembering.mayPublish(client, messages[i], targets[i].name());
  }

  @Benchmark
  public boolean publishWithNothingRemembered() {
    int i = next = (next + 1) % topics;
    return forgetful.mayPublish(client, messages[i], targets[i].name());
  }
}
