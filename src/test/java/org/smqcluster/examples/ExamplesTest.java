package org.smqcluster.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.smqcluster.client.InProcessBroker;

/** The examples do what they say. */
@Timeout(30)
class ExamplesTest {

  private final InProcessBroker broker = InProcessBroker.start();

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  /** Runs a program and gives back what it printed. */
  private static String printed(Executable program) throws Throwable {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      program.execute();
    } finally {
      System.setOut(before);
    }
    return out.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void greeting() throws Throwable {
    String text = printed(() -> Greeting.main(broker.url()));
    assertTrue(text.matches("\\d+ says hello\n\\d+ leaves, saying see you\n"), text);
  }

  @Test
  void requestReply() throws Throwable {
    assertEquals("1 + 2 + 3 = 6\n40 + 2 = 42\n", printed(() -> RequestReply.main(broker.url())));
  }

  @Test
  void presence() throws Throwable {
    String text = printed(() -> Presence.main(broker.url()));
    assertTrue(text.startsWith("0 in the room\n1 in the room\n"), text);
    assertTrue(text.contains("the visitor has gone\n"), text);
  }

  @Test
  void stayConnected() throws Throwable {
    String text = printed(() -> StayConnected.main("smq://127.0.0.1:1", broker.url()));
    assertTrue(text.startsWith("connected to " + broker.url() + "\n"), text);
  }

  @Test
  void stream() throws Throwable {
    String text = printed(() -> Stream.main(broker.url()));
    assertEquals("measured 1\nmeasured 4\nmeasured 9\nno more measurements\n", text);
  }
}
