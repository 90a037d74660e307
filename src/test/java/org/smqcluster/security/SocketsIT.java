package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.testing.ListeningSockets;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** A node listens on the sockets that operations.md lists, and on no others. Linux only. */
@ExtendWith(SharedCluster.class)
class SocketsIT {

  private static final Path PAGE = Path.of("src", "docs", "operations.md");
  private static final String BEGIN = "<!-- sockets: compared with a running node by SocketsIT -->";
  private static final String END = "<!-- end of sockets -->";
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| `([^`:]+):\\d+` \\|");

  @Test
  void aNodeListensOnWhatTheOperationsPageListsAndNothingElse(TestCluster cluster)
      throws IOException {
    NodeProcess node = cluster.node(1);
    Map<String, Integer> ports =
        Map.of(
            "--port", node.httpPort(),
            "smq.device.port", node.devicePort(),
            "smq.cluster.port", node.clusterPort(),
            "smq.cluster.port + 100", node.clusterPort() + 100);

    assertEquals(documented(ports), ListeningSockets.of(node.pid()));
  }

  private static Set<String> documented(Map<String, Integer> ports) throws IOException {
    String page = Files.readString(PAGE);
    String table = page.substring(page.indexOf(BEGIN), page.indexOf(END));
    Set<String> sockets = new TreeSet<>();
    for (Matcher row = ROW.matcher(table); row.find(); ) {
      sockets.add(row.group(2) + ":" + ports.get(row.group(1)));
    }
    return sockets;
  }
}
