package org.smqcluster.conformance;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.smqcluster.broker.spi.BrokerSettings;

/** The rules of the raw transport, against a broker and a device port in this process. */
@Tag("slow")
class DevicePortProtocolTest {

  private static LocalBroker broker;

  @BeforeAll
  static void open() {
    broker = LocalBroker.start(BrokerSettings.DEFAULT);
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @TestFactory
  Stream<DynamicNode> raw() {
    return ProtocolSuite.tests(List.of(new ConformanceFixture.Door(false, broker.port())));
  }
}
