package org.smqcluster.launcher;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

  private static final String LOG = "log";
  private static final String BIND = "bind";
  static final String ADDRESS = "127.0.0.1";
  private static final int DEFAULT_GRID_PORT = 4900;
  private static final int MOST = 100;
  private static final int HIGHEST_PORT = 65_535;

  /**
   * Reads {@code name=value} arguments.
   *
   * @throws IllegalArgumentException if one is unknown or out of its bounds; the message is for
   *     people
   */
  static ClusterOptions parse(String... arguments) {
    Map<Boolean, List<String[]>> wordOrNumber =
        Stream.of(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(
                Collectors.partitioningBy(pair -> pair[0].equals(LOG) || pair[0].equals(BIND)));
    Map<String, String> words =
        wordOrNumber.get(true).stream().collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    Map<String, Integer> values =
        wordOrNumber.get(false).stream()
            .collect(Collectors.toMap(pair -> pair[0], ClusterOptions::number));
    int nodes = take(values, "nodes", 2, 1, MOST);
    ClusterOptions options =
        new ClusterOptions(
            nodes,
            take(values, "devices", 2, 0, MOST),
            address(words.getOrDefault(BIND, ADDRESS)),
            take(values, "http.port", 8080, 1, HIGHEST_PORT - nodes + 1),
            take(values, "device.port", 8085, 1, HIGHEST_PORT - nodes + 1),
            take(values, "cluster.port", 7800, 1, HIGHEST_PORT - nodes + 1),
            take(values, "admin.console", 0, 0, HIGHEST_PORT),
            Optional.ofNullable(words.get(LOG)).map(LogForm::parse).orElse(LogForm.TEXT));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("unknown option: " + values.keySet());
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

  private static int number(String[] pair) {
    try {
      // Maven makes "true" of an option without a value
      boolean plainSwitch = pair[0].equals("admin.console") && pair[1].equals("true");
      return plainSwitch ? DEFAULT_GRID_PORT : Integer.parseInt(pair[1]);
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("-D" + pair[0] + " takes a whole number", e);
    }
  }

  private static int take(
      Map<String, Integer> values, String name, int otherwise, int min, int max) {
    Integer given = values.remove(name);
    int value = given == null ? otherwise : given;
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "-D" + name + "=" + value + ": must be " + min + " to " + max);
    }
    return value;
  }
}
