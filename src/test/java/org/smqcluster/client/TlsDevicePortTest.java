package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.client.ClientRecorder.value;

import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The raw transport over TLS, against the real device port. */
class TlsDevicePortTest {

  @TempDir Path directory;
  private InProcessBroker broker;
  private SSLContext trusting;

  @BeforeEach
  void startBroker() throws Exception {
    KeyStore store = TestCertificates.selfSigned(directory, "CN=localhost", "dns:localhost");
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, TestCertificates.PASSWORD);
    broker = InProcessBroker.startTls(SslContextBuilder.forServer(keys).build());
    trusting = TestCertificates.trusting(store);
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @Test
  void theClientConnectsAndPublishesToItself() throws Exception {
    ClientRecorder received = new ClientRecorder();
    try (SmqClient client =
        SmqClient.builder("smqs://localhost:" + broker.port() + "/smq.lsp")
            .sslContext(trusting)
            .start()) {
      value(client.subscribe("a", message -> received.note(message.text())));
      client.publish("a", "over TLS".getBytes(US_ASCII));
      received.expect("over TLS");
    }
  }

  /** The public Java client starts with an HTTP library that buffers whole records. */
  @Test
  void theHttpAnswerIsARecordOfItsOwnAndInitTheNext() throws Exception {
    try (SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("localhost", broker.port())) {
      socket.setSoTimeout(5_000);
      String request =
          "GET /smq.lsp HTTP/1.1\r\nHost: localhost\r\nSimpleMQ: true\r\n"
              + "SendSmqHttpResponse: true\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      byte[] record = new byte[16 * 1024];
      int length = socket.getInputStream().read(record);
      String answer = new String(record, 0, length, US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
      assertTrue(answer.endsWith("\r\n\r\n"), answer);
      length = socket.getInputStream().read(record);
      assertEquals((record[0] & 0xFF) << 8 | record[1] & 0xFF, length);
      assertEquals(1, record[2], "Init");
    }
  }
}
