package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** What keeps Payara from reading each class of each library at each start is there, unseen. */
@ExtendWith(SharedCluster.class)
class PackagingIT {

  private static final String LIBRARIES = "WEB-INF/lib/";

  @Test
  void everyLibraryIsMarkedAsNotToBeScanned() throws IOException {
    Set<String> entries = entries();
    List<String> libraries = libraries(entries);

    assertFalse(libraries.isEmpty());
    assertEquals(
        List.of(), libraries.stream().filter(jar -> !entries.contains(mark(jar))).toList());
  }

  @Test
  void whatDependsOnTheProcessorIsThereForBothAndIsTheDevicePortsAlone() throws IOException {
    List<String> natives = new ArrayList<>();
    try (ZipFile war = new ZipFile("target/smq.war")) {
      for (String library : libraries(entries())) {
        try (ZipInputStream jar = new ZipInputStream(war.getInputStream(war.getEntry(library)))) {
          for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
            if (entry.getName().matches(".*[.](so|dll|jnilib|dylib)")) {
              natives.add(entry.getName());
            }
          }
        }
      }
    }
    // the names differ, so a process loads the one of its processor
    assertEquals(
        List.of(
            "META-INF/native/libnetty_tcnative_linux_aarch_64.so",
            "META-INF/native/libnetty_tcnative_linux_x86_64.so",
            "META-INF/native/libnetty_transport_native_epoll_aarch_64.so",
            "META-INF/native/libnetty_transport_native_epoll_x86_64.so"),
        natives.stream().sorted().toList());
  }

  @Test
  void aStrangerDoesNotLearnTheLibrariesVersions(TestCluster cluster) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    for (String library : libraries(entries())) {
      HttpRequest request =
          HttpRequest.newBuilder(cluster.node(1).http("/" + mark(library))).build();

      assertEquals(404, http.send(request, BodyHandlers.discarding()).statusCode(), library);
    }
  }

  @Test
  void aNodeWhoseHttpPortIsTakenEndsWithStatus1AndOneSentence(TestCluster cluster)
      throws Exception {
    int taken = cluster.node(1).httpPort();
    String sentence =
        "The process ends with status 1: Cannot listen for HTTP on 127.0.0.1:" + taken;
    try (NodeProcess node = NodeProcess.builder("taken").httpPort(taken).start()) {
      node.awaitEnd(Duration.ofSeconds(60));
      assertEquals(1, node.exitStatus());
      assertEquals(1, Files.readAllLines(node.log()).stream().filter(x -> !isOfJava(x)).count());
      assertTrue(Files.readString(node.log()).contains(sentence), Files.readString(node.log()));
    }
    Process plain =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:target/smq.war",
                "-Dsmq.bind.address=127.0.0.1",
                "-jar",
                "target/payara-micro.jar",
                "--port",
                Integer.toString(taken),
                "--prebootcommandfile",
                "server-config/node/boot.asadmin")
            .redirectErrorStream(true)
            .start();
    String said = new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(1, plain.waitFor());
    assertTrue(said.startsWith(sentence), said);
    assertEquals(1, said.lines().count(), said);
  }

  /** What the JVM says of its options. */
  private static boolean isOfJava(String line) {
    return line.contains(" VM warning: ");
  }

  private static Set<String> entries() throws IOException {
    try (ZipFile war = new ZipFile("target/smq.war")) {
      return war.stream().map(ZipEntry::getName).collect(Collectors.toSet());
    }
  }

  private static List<String> libraries(Set<String> entries) {
    return entries.stream()
        .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
        .toList();
  }

  private static String mark(String library) {
    return library.replace("/", "__").replaceFirst("[.]jar$", "_jar") + "/unscanned";
  }
}
