package org.smqcluster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a process listens on. Linux only. */
public final class ListeningSockets {

  private static final String LISTENING = "0A";
  private static final int ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private ListeningSockets() {}

  /**
   * The TCP sockets on which the process accepts connections, as the kernel knows them: address and
   * port.
   */
  public static Set<String> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> own;
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      own = files.map(ListeningSockets::target).collect(Collectors.toSet());
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
