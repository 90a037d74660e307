package org.smqcluster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.smqcluster.launcher.ChildProcesses;

/**
 * nginx and HAProxy in front of two nodes, with the files of {@code server-config/proxy}. They come
 * from {@link SharedCluster#PROXY}. The second node is for when the first is gone, so that a test
 * knows where its clients are.
 */
public final class TestProxies implements AutoCloseable {

  private static final Path CONFIG = Path.of("server-config", "proxy");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final int nginxPort = FreePorts.next();
  private final int haproxyPort = FreePorts.next();
  private final int devicePort = FreePorts.next();
  private final List<Process> processes = new ArrayList<>();

  private TestProxies(Path directory) {
    this.directory = directory;
  }

  /** Starts both; where they are missing, they are installed first. */
  public static TestProxies start(TestCluster cluster) {
    try {
      Path target = Files.createDirectories(Path.of("target", "it").toAbsolutePath());
      TestProxies proxies = new TestProxies(Files.createTempDirectory(target, "proxies-"));
      proxies.certificate();
      proxies.startNginx(cluster);
      proxies.startHaproxy(cluster);
      for (int port : List.of(proxies.nginxPort, proxies.haproxyPort, proxies.devicePort)) {
        Await.until("a proxy to listen on " + port, PATIENCE, () -> listens(port));
      }
      return proxies;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void certificate() throws IOException, GeneralSecurityException {
    CertificateScript.run(directory, "server", "proxy", "localhost");
    char[] password = "changeit".toCharArray();
    KeyStore store = KeyStore.getInstance(directory.resolve("proxy.p12").toFile(), password);
    String alias = store.aliases().nextElement();
    StringBuilder pem = new StringBuilder();
    pem.append(pem("PRIVATE KEY", store.getKey(alias, password).getEncoded()));
    for (Certificate each : store.getCertificateChain(alias)) {
      pem.append(pem("CERTIFICATE", each.getEncoded()));
    }
    Files.writeString(directory.resolve("smq.pem"), pem);
  }

  private static String pem(String what, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  private void startNginx(TestCluster cluster) throws IOException, InterruptedException {
    Path nginx = DebianProgram.findOrInstall("nginx", "nginx-light").orElseThrow();
    String site =
        adapted("nginx.conf", cluster)
            .replace("listen 443 ssl", "listen 127.0.0.1:" + nginxPort + " ssl")
            .replace("/etc/nginx/", directory + "/")
            .replace("proxy_pass", "proxy_bind " + SharedCluster.PROXY + ";\n        proxy_pass");
    Files.writeString(directory.resolve("site.conf"), site);
    StringBuilder main = new StringBuilder("daemon off;\npid nginx.pid;\nevents {}\nhttp {\n");
    main.append("access_log off;\n");
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      main.append(kind).append("_temp_path ").append(directory.resolve(kind)).append(";\n");
    }
    main.append("include ").append(directory.resolve("site.conf")).append(";\n}\n");
    Files.writeString(directory.resolve("main.conf"), main);
    String log = directory.resolve("nginx.log").toString();
    run(nginx, "nginx", "-p", directory.toString(), "-e", log, "-c", "main.conf");
  }

  private void startHaproxy(TestCluster cluster) throws IOException, InterruptedException {
    Path haproxy = DebianProgram.findOrInstall("haproxy", "haproxy").orElseThrow();
    String config =
        adapted("haproxy.cfg", cluster)
            .replace("maxconn 20000", "maxconn 200")
            .replace("bind :443", "bind 127.0.0.1:" + haproxyPort)
            .replace("bind :8085", "bind 127.0.0.1:" + devicePort)
            .replace("/etc/haproxy/", directory + "/")
            .replace("default-server ", "default-server source " + SharedCluster.PROXY + " ");
    Files.writeString(directory.resolve("haproxy.cfg"), config);
    run(haproxy, "haproxy", "-db", "-f", directory.resolve("haproxy.cfg").toString());
  }

  /** An example with the ports of the nodes; the second is for when the first is gone. */
  private static String adapted(String file, TestCluster cluster) throws IOException {
    String text = Files.readString(CONFIG.resolve(file));
    for (int i = 1; i <= 2; i++) {
      NodeProcess node = cluster.node(i);
      String backup = i == 2 ? " backup" : "";
      text =
          text.replace("10.0.0." + i + ":8080", "127.0.0.1:" + node.httpPort() + backup)
              .replace(
                  "10.0.0." + i + ":8085 port 8080",
                  "127.0.0.1:" + node.devicePort() + backup + " port " + node.httpPort());
    }
    return text;
  }

  private void run(Path program, String name, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    processes.add(ChildProcesses.start(command, directory.resolve(name + ".out")));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A page through nginx. */
  public URI nginx(String path) {
    return URI.create("https://localhost:" + nginxPort + path);
  }

  /** A page through HAProxy. */
  public URI haproxy(String path) {
    return URI.create("https://localhost:" + haproxyPort + path);
  }

  /** A client that trusts both. */
  public HttpClient client() throws IOException, GeneralSecurityException {
    Path trust = directory.resolve("truststore.p12");
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(KeyStore.getInstance(trust.toFile(), "changeit".toCharArray()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  /** The device port at HAProxy. */
  public URI device() {
    return URI.create("smq://127.0.0.1:" + devicePort + "/smq.lsp");
  }

  /** Ends both; their files stay for the reader of a failure. */
  @Override
  public void close() {
    for (Process each : processes) {
      // nginx' worker ends with its master only if that ends in order
      each.destroy();
      try {
        each.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }
}
