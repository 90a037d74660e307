package org.smqcluster.cluster;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.NodeProcess;

/**
 * A page in a real browser with the browser client, which knows all nodes. It subscribes to the
 * numbers that {@link MovingPeers} publish: what is lost, comes twice or out of order is a fault.
 * Used by one thread.
 */
final class MovingPage implements AutoCloseable {

  private static final String SCRIPT =
      """
      async ([urls, topic]) => {
        const { connect } = await import("/smq.mjs");
        const seen = (window.seen = { moves: 0, messages: 0, faults: [], last: {} });
        const smq = await connect(urls);
        smq.on("connect", () => seen.moves++);
        await smq.subscribe(topic, (bytes, ptid) => {
          const number = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
          const expected = (seen.last[ptid] ?? number - 1) + 1;
          if (number !== expected) seen.faults.push(`${number} for ${expected} of ${ptid}`);
          seen.last[ptid] = number;
          seen.messages++;
        });
      }
      """;

  private final Chromium chromium = Chromium.open();
  private final Page page = chromium.newPage(800, 600);

  /** Opens the page on the first node. */
  MovingPage(List<NodeProcess> nodes, String topic) {
    page.navigate(nodes.get(0).http("/led/").toString());
    List<String> urls = nodes.stream().map(node -> node.webSocket().toString()).toList();
    page.evaluate(SCRIPT, List.of(urls, topic));
  }

  /** How often it has come to another node. */
  int moves() {
    return ((Number) page.evaluate("seen.moves")).intValue();
  }

  /** Messages that came. */
  int messages() {
    return ((Number) page.evaluate("seen.messages")).intValue();
  }

  /** What went wrong. */
  List<?> faults() {
    return (List<?>) page.evaluate("seen.faults.slice(0, 20)");
  }

  /** The last number of each publisher, by its ETID. */
  Map<String, Integer> last() {
    Map<?, ?> last = (Map<?, ?>) page.evaluate("seen.last");
    return last.entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> each.getKey().toString(), each -> ((Number) each.getValue()).intValue()));
  }

  @Override
  public void close() {
    chromium.close();
  }
}
