package org.smqcluster.testing;

import com.microsoft.playwright.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What axe-core finds on a page by the rules of WCAG 2.2, levels A and AA. */
public final class Axe {

  private static final String RUN =
      """
      axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        iframes: false,
      }).then((found) => found.violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id} at ${node.target}: ${node.failureSummary}`)))
      """;

  private Axe() {}

  /** A list of texts, one a barrier. */
  public static Object barriers(Frame frame) {
    try (InputStream axe = Axe.class.getResourceAsStream("/axe.min.js")) {
      frame.evaluate(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return frame.evaluate(RUN);
  }
}
