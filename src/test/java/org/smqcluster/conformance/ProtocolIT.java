package org.smqcluster.conformance;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** The rules of the protocol against real nodes: each transport, across both, across nodes. */
@ExtendWith(SharedCluster.class)
class ProtocolIT {

  private final TestCluster cluster;

  ProtocolIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  private ConformanceFixture.Door raw(int number) {
    return new ConformanceFixture.Door(false, node(number).devicePort());
  }

  private ConformanceFixture.Door webSocket(int number) {
    return new ConformanceFixture.Door(true, node(number).httpPort());
  }

  private NodeProcess node(int number) {
    return cluster.node(number);
  }

  @TestFactory
  Stream<DynamicNode> raw() {
    return ProtocolSuite.tests(List.of(raw(1)));
  }

  @TestFactory
  Stream<DynamicNode> webSocket() {
    return ProtocolSuite.tests(List.of(webSocket(1)));
  }

  @TestFactory
  Stream<DynamicNode> acrossTransports() {
    return ProtocolSuite.tests(List.of(raw(1), webSocket(1)));
  }

  @TestFactory
  Stream<DynamicNode> acrossNodes() {
    return ProtocolSuite.tests(List.of(webSocket(1), raw(2), webSocket(2), raw(1)));
  }
}
