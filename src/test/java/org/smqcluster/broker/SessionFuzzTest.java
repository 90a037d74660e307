package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;

/**
 * Random lives of clients, with sense and without: whatever they do, messages go exactly where they
 * should, a witness pair notices nothing, and nothing is left of them in the end. Stops after a
 * fixed time.
 */
class SessionFuzzTest {

  private static final long BUDGET_NANOS = Duration.ofSeconds(8).toNanos();
  private static final int CLIENTS = 5;
  private static final int TOPICS = 4;
  private static final long STARTED = System.nanoTime();

  private enum Action {
    OPEN,
    CONNECT,
    CONNECT_AGAIN,
    SUBSCRIBE,
    CREATE,
    UNSUBSCRIBE,
    OBSERVE_TOPIC,
    OBSERVE_CLIENT,
    UNOBSERVE,
    PUBLISH,
    PUBLISH_TO_CLIENT,
    PUBLISH_AS_ANOTHER,
    FRAGMENT,
    NOISE,
    NO_PACKET,
    DISCONNECT,
    LOSE,
    REMOVE,
    STALL,
    WAIT
  }

  private record Step(Action action, int client, int number, byte[] noise) {

    @Override
    public String toString() {
      return action + " " + client + " " + number;
    }
  }

  @Provide
  Arbitrary<List<Step>> lives() {
    Arbitrary<Action> action =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(2, Arbitraries.of(Action.OPEN, Action.CONNECT)),
            net.jqwik.api.Tuple.of(
                3, Arbitraries.of(Action.SUBSCRIBE, Action.PUBLISH, Action.UNSUBSCRIBE)),
            net.jqwik.api.Tuple.of(3, Arbitraries.of(Action.class)));
    return Combinators.combine(
            action,
            Arbitraries.integers().between(0, CLIENTS - 1),
            Arbitraries.integers().between(0, TOPICS - 1),
            Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(40))
        .as(Step::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(120);
  }

  @Property(tries = 5_000)
  void messagesGoWhereTheyShouldAndNothingIsLeftInTheEnd(@ForAll("lives") List<Step> steps) {
    if (System.nanoTime() - STARTED < BUDGET_NANOS) {
      new World().live(steps);
    }
  }

  /** One client as the test believes it to be. */
  private static final class Life {

    final TestClient client;
    final Set<Integer> topics = new HashSet<>();
    final List<String> messages = new ArrayList<>();
    boolean connected;

    Life(TestClient client) {
      this.client = client;
    }

    boolean isOpen() {
      return client.connection.closed() == null;
    }

    /** Reads what came, and learns from it. */
    void read() {
      for (Packet packet : client.all()) {
        if (packet instanceof Packet.Connack connack) {
          connected = connack.code() == ConnackCode.ACCEPTED;
        } else if (packet instanceof Packet.Suback suback && suback.accepted()) {
          topics.add(suback.tid());
        } else if (packet instanceof Packet.Publish publish) {
          messages.add(new String(publish.payload(), StandardCharsets.UTF_8));
        }
      }
      if (!isOpen()) {
        connected = false;
        topics.clear();
      }
    }
  }

  private static final class World {

    private final BrokerRig rig =
        BrokerRig.start(BrokerRig.withOutbox(20_000, BrokerSettings.OverflowPolicy.DROP));
    private final Life[] lives = new Life[CLIENTS];
    private final TestClient witnessIn = rig.connected("witness-in");
    private final TestClient witnessOut = rig.connected("witness-out");
    private final int witnessTopic = witnessOut.subscribe("witness");
    private final int[] tids =
        IntStream.range(0, TOPICS).map(i -> witnessIn.create("topic-" + i)).toArray();
    private int messages;

    void live(List<Step> steps) {
      for (int i = 0; i < CLIENTS; i++) {
        lives[i] = new Life(rig.open());
      }
      for (Step step : steps) {
        Life life = lives[step.client()];
        if (step.action() == Action.PUBLISH && life.connected) {
          publish(life, tids[step.number()]);
        } else {
          act(step, life);
          readAll();
        }
        witness();
      }
      for (Life life : lives) {
        life.client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
      }
      witnessIn.send(new Packet.Disconnect(""));
      witnessOut.send(new Packet.Disconnect(""));
      assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
    }

    private void readAll() {
      for (Life life : lives) {
        life.read();
      }
    }

    private void publish(Life publisher, int tid) {
      String text = "message " + messages++;
      Set<Life> expected =
          IntStream.range(0, CLIENTS)
              .mapToObj(i -> lives[i])
              .filter(life -> life.connected && life.topics.contains(tid))
              .collect(Collectors.toSet());
      publisher.client.publish(tid, text);
      readAll();
      for (Life life : lives) {
        assertEquals(expected.contains(life) ? List.of(text) : List.of(), life.messages);
        life.messages.clear();
      }
    }

    private void witness() {
      witnessIn.publish(witnessTopic, "witness");
      assertEquals("witness", witnessOut.nextMessage());
      witnessOut.expectNothing();
      for (Life life : lives) {
        life.messages.clear();
      }
    }

    private void act(Step step, Life life) {
      TestClient client = life.client;
      int tid = tids[step.number()];
      Life other = lives[(step.client() + step.number()) % CLIENTS];
      int etid = other.client.etid();
      switch (step.action()) {
        case OPEN -> {
          if (!life.isOpen()) {
            lives[step.client()] = new Life(rig.open());
          }
        }
        case CONNECT ->
            client.send(Packet.Connect.version1("client-" + step.number(), new byte[0], "a life"));
        case CONNECT_AGAIN -> {
          if (life.connected) {
            client.send(new Packet.Connect(2, 100, "client-x", new byte[3], ""));
            assertTrue(!life.isOpen());
          }
        }
        case SUBSCRIBE -> client.send(new Packet.Subscribe("topic-" + step.number()));
        case CREATE -> client.send(new Packet.Create("topic-" + step.number()));
        case UNSUBSCRIBE -> {
          client.send(new Packet.Unsubscribe(tid));
          life.topics.remove(tid);
        }
        case OBSERVE_TOPIC -> client.observe(tid);
        case OBSERVE_CLIENT -> client.observe(etid);
        case UNOBSERVE -> client.send(new Packet.Unobserve(step.noise()[0] > 0 ? tid : etid));
        case PUBLISH, PUBLISH_TO_CLIENT -> client.publish(etid, "to a client");
        case PUBLISH_AS_ANOTHER -> client.send(Packet.Publish.of(tid, 4711, 0, step.noise()));
        case FRAGMENT -> {
          boolean last = step.number() == 0;
          client.send(
              new Packet.PubFrag(last ? etid : 0, client.etid(), step.number(), step.noise()));
        }
        case NOISE -> noise(client, step.noise());
        case NO_PACKET ->
            client.session.rejected(
                new MalformedPacketException(MalformedPacketException.Reason.BAD_LENGTH));
        case DISCONNECT -> client.send(new Packet.Disconnect("bye"));
        case LOSE -> {
          client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
          assertTrue(!life.isOpen());
        }
        case REMOVE -> client.session.disconnect(CloseReason.ADMINISTRATIVE, "removed");
        case STALL -> {
          client.session.pause();
          client.session.resume();
        }
        case WAIT -> rig.pass(Duration.ofSeconds(step.number()));
      }
    }

    private static void noise(TestClient client, byte[] bytes) {
      try {
        client.session.received(EncodedPacket.ofMessage(ByteBuffer.wrap(bytes)));
      } catch (MalformedPacketException e) {
        client.session.rejected(e);
      }
    }
  }
}
