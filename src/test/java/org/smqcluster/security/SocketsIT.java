package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
  private static final String LISTENING = "0A";
  private static final int ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

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

    assertEquals(documented(ports), listening(node.pid()));
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

  /** The TCP sockets on which the process accepts connections, as the kernel knows them. */
  private static Set<String> listening(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> own;
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      own = files.map(SocketsIT::target).collect(Collectors.toSet());
    }
    Set<String> sockets = new TreeSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(process.resolve(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields[STATE].equals(LISTENING) && own.contains("socket:[" + fields[INODE] + "]")) {
          sockets.add(text(fields[ADDRESS]));
        }
      }
    }
    return sockets;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // closed in the meantime
      return "";
    }
  }

  /** An address as people write it: the kernel writes words of four bytes, the last byte first. */
  private static String text(String kernels) {
    String[] parts = kernels.split(":");
    byte[] bytes = HexFormat.of().parseHex(parts[0]);
    int last = bytes.length - Integer.BYTES;
    String address =
        Stream.of(3, 2, 1, 0)
            .map(i -> String.valueOf(bytes[last + i] & 0xFF))
            .collect(Collectors.joining("."));
    boolean everywhere = bytes.length > Integer.BYTES && address.equals("0.0.0.0");
    return (everywhere ? "[::]" : address) + ":" + Integer.parseInt(parts[1], 16);
  }
}
