package com.example.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.smqcluster.api.OnMessage;
import org.smqcluster.api.SmqClient;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.Scope;

/** Answers each client that greets, from the node that the client is connected to. */
@ApplicationScoped
public class Greeter {

  @Inject private SmqClient smq;

  @OnMessage(topic = "rooms/greet", scope = Scope.NODE) // or the bean of every node would answer
  void greet(Message message) {
    smq.send(message.publisher(), "reply", "hello".getBytes(UTF_8)); // to the publisher alone
  }
}
