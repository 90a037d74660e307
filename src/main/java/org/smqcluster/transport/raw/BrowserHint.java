package org.smqcluster.transport.raw;

/** The page for a browser that opens the device port. */
final class BrowserHint {

  private BrowserHint() {}

  /**
   * The page at a broker's URL.
   *
   * @param path the broker's path; a path of the configuration, never text from a peer
   */
  static String welcome(String path, String httpUrl) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>SMQ broker</title></head>
        <body>
        <h1>SMQ broker</h1>
        <p>This port is for devices: <code>%1$s</code> speaks the raw transport of SMQ here.</p>
        <p>Pages, WebSocket and administration: <a href="%2$s">%2$s</a></p>
        </body>
        </html>
        """
        .formatted(path, httpUrl);
  }
}
