package org.smqcluster.broker.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;

class AuthenticatorChainTest {

  private static final ConnectRequest REQUEST =
      new ConnectRequest(Packet.Connect.version1("device-1", new byte[0], ""), 1, null);

  private record Scripted(boolean applies, Authentication answer) implements Authenticator {

    @Override
    public boolean appliesTo(ConnectRequest request) {
      return applies;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ConnectRequest request) {
      return CompletableFuture.completedStage(answer);
    }
  }

  private static Scripted refusing(boolean applies, String reason) {
    return new Scripted(applies, Authentication.refused(ConnackCode.BAD_CREDENTIALS, reason));
  }

  private static Authentication ask(Authenticator... all) {
    return new AuthenticatorChain(List.of(all)).authenticate(REQUEST).toCompletableFuture().join();
  }

  @Test
  void theFirstThatAcceptsDecides() {
    Authentication result =
        ask(
            refusing(true, "no"),
            new Scripted(false, Authentication.as("alice")),
            new Scripted(true, Authentication.as("bob")));
    assertEquals("alice", result.user().orElseThrow());
  }

  @Test
  void theClientIsToldTheRefusalOfTheFirstThatApplies() {
    assertEquals(
        "second",
        ask(refusing(false, "first"), refusing(true, "second"), refusing(true, "third")).reason());
  }

  @Test
  void theClientIsToldTheFirstRefusalIfNoneApplies() {
    assertEquals("first", ask(refusing(false, "first"), refusing(false, "second")).reason());
  }
}
