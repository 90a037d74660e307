package org.smqcluster.admin.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet.Publish;

class MBeansTest {

  @Test
  void aBrokersFiguresAreSeenByAnyJmxClient() throws Exception {
    TestBroker node = new TestBroker(BrokerHooks.NONE);
    Session client = node.connect("device", Transport.RAW);
    TestBroker.send(client, Publish.of(4711, client.etid(), 0, new byte[1]));
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = MBeans.objectName("Broker", "test");
    server.registerMBean(new MBeans.OfBroker(node.broker), name);
    try {
      assertEquals("smq:type=Broker,name=test", name.toString());
      assertEquals(1, server.getAttribute(name, "Clients"));
      assertEquals(1L, server.getAttribute(name, "MessagesIn"));
      TabularData dropped = (TabularData) server.getAttribute(name, "Dropped");
      assertEquals(1L, dropped.get(new Object[] {"no-receiver"}).get("value"));
    } finally {
      server.unregisterMBean(name);
    }
  }
}
