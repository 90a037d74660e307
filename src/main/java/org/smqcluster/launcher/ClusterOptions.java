package org.smqcluster.launcher;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a cluster on this machine is started with. Ports of node k, counted from 1, are the given
 * ones plus k - 1.
 *
 * @param nodes how many nodes, 1 to 100
 * @param devices how many simulated devices, 0 to 100
 * @param address what all listen on, an IP address of this machine without brackets
 * @param httpPort HTTP port of the first node
 * @param devicePort device port of the first node
 * @param clusterPort port for other nodes of the first node
 * @param gridPort port of the admin server whose data grid the nodes join; 0 for none
 * @param log the form of the nodes' logs
 */
record ClusterOptions(
    int nodes,
    int devices,
    String address,
    int httpPort,
    int devicePort,
    int clusterPort,
    int gridPort,
    LogForm log) {

  static final String ADDRESS = "127.0.0.1";
  private static final String DEFAULT_GRID_PORT = "4900";
  private static final int MOST = 100;
  private static final int HIGHEST_PORT = 65_535;

  /**
   * Reads {@code name=value} arguments.
   *
   * @throws IllegalArgumentException if one is unknown or out of its bounds; the message is for
   *     people
   */
  static ClusterOptions parse(String... arguments) {
    Map<String, String> given = new HashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      given.put(pair[0], pair.length == 1 ? "" : pair[1]);
    }
    // Maven makes "true" of an option without a value
    given.replace("admin.console", "true", DEFAULT_GRID_PORT);
    int nodes = number(given, "nodes", 2, 1, MOST);
    int highestFirst = HIGHEST_PORT - nodes + 1;
    ClusterOptions options =
        new ClusterOptions(
            nodes,
            number(given, "devices", 2, 0, MOST),
            address(take(given, "bind", ADDRESS)),
            number(given, "http.port", 8080, 1, highestFirst),
            number(given, "device.port", 8085, 1, highestFirst),
            number(given, "cluster.port", 7800, 1, highestFirst),
            number(given, "admin.console", 0, 0, HIGHEST_PORT),
            LogForm.parse(take(given, "log", "text")));
    if (!given.isEmpty()) {
      throw new IllegalArgumentException("unknown option: " + given.keySet());
    }
    return options;
  }

  /**
   * The commands of all nodes. Each keeps its state beside its log, for the next run.
   *
   * @param properties system properties of each
   */
  List<NodeCommand> commands(NodeCommand.Files files, Map<String, String> properties) {
    List<String> members =
        IntStream.range(0, nodes)
            .mapToObj(k -> NodeCommand.withPort(address, clusterPort + k))
            .toList();
    List<NodeCommand> commands = new ArrayList<>();
    Path directory = files.war().resolveSibling("cluster");
    for (int k = 0; k < nodes; k++) {
      String name = "node" + (k + 1);
      Map<String, String> own = new HashMap<>(properties);
      own.put("smq.state.directory", directory.resolve(name + ".state").toString());
      commands.add(
          new NodeCommand(
              files,
              name,
              address,
              httpPort + k,
              devicePort + k,
              clusterPort + k,
              members,
              List.of(),
              own,
              gridPort));
    }
    return List.copyOf(commands);
  }

  /** An address that others can connect to: a wildcard address names no single socket. */
  private static String address(String text) {
    String address = text.replaceAll("[\\[\\]]", "");
    try {
      if (!InetAddress.getByName(address).isAnyLocalAddress() && !address.isEmpty()) {
        return address;
      }
    } catch (UnknownHostException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "-Dbind=" + text + ": must be an IP address of this machine, such as ::1");
  }

  private static String take(Map<String, String> given, String name, String otherwise) {
    String value = given.remove(name);
    return value == null ? otherwise : value;
  }

  private static int number(
      Map<String, String> given, String name, int otherwise, int min, int max) {
    String text = take(given, name, Integer.toString(otherwise));
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "-D" + name + "=" + text + ": must be a whole number from " + min + " to " + max);
  }
}
