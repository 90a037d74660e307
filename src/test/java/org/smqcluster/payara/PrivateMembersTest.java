package org.smqcluster.payara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PrivateMembersTest {

  private static class Base {
    private String inherited = "before";

    private String twice(String text) {
      return text + text + inherited;
    }
  }

  private static final class Server extends Base {}

  private final Server server = new Server();

  @Test
  void anInheritedPrivateFieldIsReadAndWritten() throws Exception {
    assertEquals("before", PrivateMembers.get(server, "inherited"));

    PrivateMembers.field(server, "inherited").set(server, "after");

    assertEquals("after", PrivateMembers.get(server, "inherited"));
  }

  @Test
  void anInheritedPrivateMethodIsCalled() throws Exception {
    assertEquals(
        "aabefore", PrivateMembers.method(server, "twice", String.class).invoke(server, "a"));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertEquals(
        Server.class.getName() + ".missing",
        assertThrows(NoSuchFieldException.class, () -> PrivateMembers.get(server, "missing"))
            .getMessage());
    assertThrows(
        NoSuchMethodException.class, () -> PrivateMembers.method(server, "twice", int.class));
  }
}
