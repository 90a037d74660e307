package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.Workload;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * What access list, metrics and TLS cost. All variants run in turn, and again in turn, and the best
 * run of each counts: a machine that becomes slower for some minutes is no cost of any of them.
 */
final class CostTable {

  private static final int ROUNDS = 2;

  /** One way to run a node, and the best that came of it. */
  private static final class Variant {

    private final String name;
    private final NodeProcess node;
    private final Protocol protocol;
    private final int port;
    private final boolean scraped;
    private final Best<Double> fanout = new Best<>(Comparator.reverseOrder());
    private final Best<Double> pairs = new Best<>(Comparator.reverseOrder());

    private Variant(String name, NodeProcess node, Protocol protocol, int port, boolean scraped) {
      this.name = name;
      this.node = node;
      this.protocol = protocol;
      this.port = port;
      this.scraped = scraped;
    }

    private void run(Generator generator) throws Exception {
      try (Scraper scraper = scraped ? Scraper.start(node) : null) {
        fanout.run(() -> micros(generator, Workload.fanout(16)));
        pairs.run(() -> micros(generator, Workload.pairs(16)));
        if (scraper != null) {
          scraper.check();
        }
      }
    }

    private double micros(Generator generator, Workload workload)
        throws IOException, InterruptedException {
      return generator
          .run(workload.over(protocol), List.of(port), List.of(node.pid()))
          .brokerMicros();
    }
  }

  private final PrintStream out;
  private final Generator generator;

  CostTable(PrintStream out, Generator generator) {
    this.out = out;
    this.generator = generator;
  }

  void print() throws Exception {
    Path directory = Files.createTempDirectory("bench");
    Path acl = directory.resolve("acl");
    Files.writeString(acl, "allow * * /bench/* /bench/** client broker\n");
    TestCertificates.selfSigned(directory, "CN=localhost", "dns:localhost");
    int tlsPort = FreePorts.next();
    int jdkTlsPort = FreePorts.next();
    Map<String, String> jdkTls = new HashMap<>(tls(directory, jdkTlsPort));
    jdkTls.put("io.netty.handler.ssl.noOpenSsl", "true");
    // a node each, for what a node's compiler has seen of one would be the other's cost
    try (TestCluster plain = node(Map.of());
        TestCluster listed = node(Map.of("smq.acl.file", acl.toString()));
        TestCluster secured = node(tls(directory, tlsPort));
        TestCluster securedByJdk = node(jdkTls)) {
      int port = plain.node(1).devicePort();
      List<Variant> variants =
          List.of(
              new Variant("none of these", plain.node(1), Protocol.RAW, port, false),
              new Variant(
                  "with an access list",
                  listed.node(1),
                  Protocol.RAW,
                  listed.node(1).devicePort(),
                  false),
              new Variant(
                  "with metrics read every second", plain.node(1), Protocol.RAW, port, true),
              new Variant("with TLS", secured.node(1), Protocol.RAW_TLS, tlsPort, false),
              new Variant(
                  "with TLS by the JDK's engine",
                  securedByJdk.node(1),
                  Protocol.RAW_TLS,
                  jdkTlsPort,
                  false));
      for (int round = 0; round < ROUNDS; round++) {
        for (Variant variant : variants) {
          variant.run(generator);
        }
      }
      print(variants);
    }
  }

  private static Map<String, String> tls(Path directory, int port) {
    return Map.of(
        "smq.device.tls.enabled",
        "true",
        "smq.timeout.handshake",
        "1m",
        "smq.device.tls.port",
        String.valueOf(port),
        "smq.tls.keystore",
        directory.resolve("localhost.p12").toString(),
        "smq.tls.keystore.password",
        new String(TestCertificates.PASSWORD));
  }

  private static TestCluster node(Map<String, String> settings) {
    return TestCluster.start(1, builder -> builder.fullSpeed().properties(settings));
  }

  private void print(List<Variant> variants) {
    out.printf(
        "%n| what it costs | fan-out CPU us/delivery | ratio | pairs CPU us/delivery | ratio |%n"
            + "|---|---:|---:|---:|---:|%n");
    Variant first = variants.get(0);
    for (Variant variant : variants) {
      out.printf(
          Locale.ROOT,
          "| %s | %s | %s |%n",
          variant.name,
          cells(variant.fanout, first.fanout),
          cells(variant.pairs, first.pairs));
    }
  }

  private static String cells(Best<Double> best, Best<Double> first) {
    double base = first.figure(value -> value);
    return best.result()
        .map(micros -> String.format(Locale.ROOT, "%.2f | %.2f", micros, micros / base))
        .orElseGet(() -> best.cells(String::valueOf) + " | -");
  }
}
