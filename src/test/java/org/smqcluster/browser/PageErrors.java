package org.smqcluster.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/** Collects what goes wrong inside a page: exceptions, and what the security policy forbade. */
final class PageErrors {

  private final List<String> errors = new ArrayList<>();

  static PageErrors watch(Page page) {
    PageErrors watched = new PageErrors();
    page.onPageError(watched.errors::add);
    page.onConsoleMessage(watched::note);
    return watched;
  }

  private void note(ConsoleMessage message) {
    if (message.text().contains("Content Security Policy")) {
      errors.add(message.text());
    }
  }

  void assertNone() {
    assertEquals(List.of(), errors);
  }
}
