package com.example.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/** Accepts clients whose credentials are a ticket, each as the user that the ticket was given. */
@ApplicationScoped
public class TicketAuthenticator implements Authenticator {

  private static final Map<String, String> USERS = Map.of("ticket-1", "ann", "ticket-2", "bob");

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return request.connect().credentials().length > 0;
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    String ticket = new String(request.connect().credentials(), UTF_8);
    return CompletableFuture.completedStage(
        Optional.ofNullable(USERS.get(ticket))
            .map(Authentication::as)
            .orElse(Authentication.refused(ConnackCode.BAD_CREDENTIALS, "no such ticket")));
  }
}
