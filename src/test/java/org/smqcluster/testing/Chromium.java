package org.smqcluster.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A real, headless Chromium, driven by Playwright. All of one instance must be used by the thread
 * that opened it.
 */
public final class Chromium implements AutoCloseable {

  /** So that the browser works as root and speaks only to the pages under test. */
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage");

  /** How long an assertion waits for a page to come true, in ms: machines may be busy. */
  private static final double PATIENCE = 20_000;

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts the browser of this machine; where there is none, installs it first. */
  public static Chromium open() {
    return open(ChromiumInstallation.findOrInstall());
  }

  /**
   * As {@link #open()}, but the browser's command is an argument of another command, which must
   * pass on its input, output and open files.
   */
  public static Chromium open(String launcher) {
    Path browser = ChromiumInstallation.findOrInstall();
    try {
      Path program = Files.createTempFile("chromium", ".sh");
      Files.writeString(program, "#!/bin/sh\nexec " + launcher + " " + browser + " \"$@\"\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      program.toFile().deleteOnExit();
      return open(program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Chromium open(Path program) {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      Browser browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(ARGUMENTS));
      return new Chromium(playwright, browser);
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /**
   * Opens a page in a profile of its own, as another visitor would; close its {@link
   * Page#context()} to end it.
   *
   * @param width of the window, in CSS pixels
   * @param height of the window, in CSS pixels
   */
  public Page newPage(int width, int height) {
    return newContext(width, height).newPage();
  }

  /** A profile of its own, for several pages of one visitor. */
  public BrowserContext newContext(int width, int height) {
    return browser.newContext(new Browser.NewContextOptions().setViewportSize(width, height));
  }

  /** As {@link #newPage}, of a visitor that accepts any server's certificate. */
  public Page newTrustingPage(int width, int height) {
    return browser
        .newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setIgnoreHTTPSErrors(true))
        .newPage();
  }

  /** For example {@code 156.0.8078.79}. */
  public String version() {
    return browser.version();
  }

  /** Ends the browser with all its pages. */
  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
