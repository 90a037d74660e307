package org.smqcluster.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line that starts one node: a Payara Micro process with the WAR.
 *
 * @param files the files that all nodes share
 * @param name the node's name, unique in the cluster
 * @param address the address that all listening sockets are bound to
 * @param httpPort the port of HTTP and WebSocket
 * @param devicePort the port of the raw transport
 * @param clusterPort the port for the other nodes
 * @param members {@code host:port} of the nodes that may be in the cluster; empty if the properties
 *     say how to find them
 * @param jvmOptions options of the JVM on top of those in {@link Files#jvmOptions()}
 * @param properties system properties on top of those that follow from the other components
 * @param gridPort the port of the admin server whose data grid the node joins; 0 for none
 */
public record NodeCommand(
    Files files,
    String name,
    String address,
    int httpPort,
    int devicePort,
    int clusterPort,
    List<String> members,
    List<String> jvmOptions,
    Map<String, String> properties,
    int gridPort) {

  /** Distance from the admin server's port to the first port of a member of the data grid. */
  private static final int FIRST_MEMBER = 10;

  private static final int JAVA = Runtime.version().feature();
  private static final boolean IS_AOT_CACHE = JAVA >= 25;

  /** Copies the collections. */
  public NodeCommand {
    members = List.copyOf(members);
    jvmOptions = List.copyOf(jvmOptions);
    properties = Map.copyOf(properties);
  }

  /**
   * What every node is started with, as absolute paths.
   *
   * @param java the {@code java} program, of the version that runs this process
   * @param payaraMicro the jar of Payara Micro
   * @param payara the directory that Payara Micro is unpacked to
   * @param war the WAR to deploy
   * @param jvmOptions an argument file for {@code java}
   * @param bootCommands the commands that Payara Micro runs before it boots
   * @param logging what is logged, and how
   * @param classArchive the archive of classes that nodes load, used if it is there
   */
  public record Files(
      Path java,
      Path payaraMicro,
      Path payara,
      Path war,
      Path jvmOptions,
      Path bootCommands,
      Path logging,
      Path classArchive) {

    /**
     * An argument file for {@code java}, after the options of the node and before its arguments.
     */
    static final String OPTIONS = "java.options";

    /** Has the class path and the packages that are opened, in its manifest. */
    public static final String LAUNCHER = "launch-micro.jar";

    /** All jars of Payara Micro. */
    public static final String LIBRARIES = "runtime";

    /** {@link #OPTIONS}, of the directory that Payara Micro is unpacked to. */
    Path payaraOptions() {
      return payara.resolve(OPTIONS);
    }

    /** As {@link #ofProject(Path, LogForm)}, with logs for people. */
    public static Files ofProject(Path projectDirectory) {
      return ofProject(projectDirectory, LogForm.TEXT);
    }

    /** The files of a checkout of the project in which {@code mvn package} has run. */
    public static Files ofProject(Path projectDirectory, LogForm log) {
      Path project = projectDirectory.toAbsolutePath().normalize();
      Path target = project.resolve("target");
      Path config = project.resolve("server-config").resolve("node");
      return new Files(
          Path.of(System.getProperty("java.home"), "bin", "java"),
          target.resolve("payara-micro.jar"),
          target.resolve("payara"),
          target.resolve("smq.war"),
          config.resolve("jvm.options"),
          config.resolve("boot.asadmin"),
          config.resolve(log.file()),
          target.resolve(archiveName()));
    }
  }

  /** The address of the node's pages and REST interface. */
  public String httpUrl() {
    return "http://" + withPort(address, httpPort);
  }

  /** The address that clients of the raw transport connect to. */
  public String deviceUrl() {
    return "smq://" + withPort(address, devicePort) + "/smq.lsp";
  }

  /** Host and port as in URLs: an IPv6 address in brackets. */
  static String withPort(String address, int port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  /** File name of the archive of classes: Java cannot read what another version has made. */
  static String archiveName() {
    return "smq-" + JAVA + ".jsa";
  }

  /** The option by which a node of this process' Java uses an archive of classes. */
  public static String archiveOption(Path archive) {
    return (IS_AOT_CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
  }

  /** The option by which a process of this process' Java makes it when it ends. */
  static String makingArchiveOption(Path archive) {
    return (IS_AOT_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive;
  }

  /**
   * The command, ready for a {@link ProcessBuilder}.
   *
   * @param home the node's own directory, which has what is in {@code files.payara()}, without the
   *     libraries
   */
  public List<String> command(Path home) {
    List<String> command = new ArrayList<>();
    command.add(files.java().toString());
    command.add("@" + files.jvmOptions());
    if (java.nio.file.Files.exists(files.classArchive())) {
      command.add(archiveOption(files.classArchive()));
    }
    command.addAll(jvmOptions);
    systemProperties().forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("@" + files.payaraOptions());
    command.addAll(List.of("--rootdir", home.toString()));
    command.addAll(gridPort == 0 ? List.of("--nohazelcast") : gridOptions());
    command.add("--disablephonehome");
    command.addAll(List.of("--name", name));
    command.addAll(List.of("--port", Integer.toString(httpPort)));
    command.addAll(List.of("--prebootcommandfile", files.bootCommands().toString()));
    command.addAll(List.of("--logproperties", files.logging().toString()));
    command.addAll(List.of("--contextroot", "/"));
    command.addAll(List.of("--deploy", files.war().toString()));
    return List.copyOf(command);
  }

  /**
   * Joins the admin server's grid, on this machine alone. In small letters, localhost would make
   * Payara look for the server at the machine's other addresses.
   */
  private List<String> gridOptions() {
    return List.of(
        "--clustermode",
        "domain:LOCALHOST:" + gridPort,
        "--interfaces",
        "127.0.0.1",
        "--startport",
        Integer.toString(gridPort + FIRST_MEMBER),
        "--instancegroup",
        "smq");
  }

  private Map<String, String> systemProperties() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("smq.node.name", name);
    all.put("smq.bind.address", address);
    all.put("smq.http.url", httpUrl());
    all.put("smq.device.port", Integer.toString(devicePort));
    all.put("smq.cluster.bind", address);
    all.put("smq.cluster.port", Integer.toString(clusterPort));
    if (!members.isEmpty()) {
      all.put("smq.cluster.members", String.join(",", members));
    }
    if (gridPort > 0) {
      all.put("hazelcast.socket.bind.any", "false");
    }
    all.putAll(properties);
    return all;
  }
}
