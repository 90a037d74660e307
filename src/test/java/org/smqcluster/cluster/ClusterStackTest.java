package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.jgroups.EmptyMessage;
import org.jgroups.JChannel;
import org.jgroups.fork.UnknownForkHandler;
import org.jgroups.protocols.FORK;
import org.junit.jupiter.api.Test;

class ClusterStackTest {

  /** The handler of JGroups warns of each; where its warnings go, depends on the libraries. */
  @Test
  void whatOthersSendToANodeThatStartsIsDiscardedByOurHandler() throws Exception {
    List<Integer> ports = TestNode.freePorts(1);
    try (JChannel channel = ClusterStack.channel(TestNode.config("a", ports.get(0), ports))) {
      FORK fork = channel.getProtocolStack().findProtocol(FORK.class);
      UnknownForkHandler unknown = fork.getUnknownForkHandler();
      assertNotEquals(FORK.class.getPackage(), unknown.getClass().getPackage());
      assertNull(unknown.handleUnknownForkStack(new EmptyMessage(), "smq"));
      assertNull(unknown.handleUnknownForkChannel(new EmptyMessage(), "bus-smq"));
    }
  }
}
