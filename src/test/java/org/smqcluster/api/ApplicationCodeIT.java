package org.smqcluster.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.rooms.Greeter;
import com.example.rooms.OwnRoomOnly;
import com.example.rooms.RefusalCounter;
import com.example.rooms.RoomBoard;
import com.example.rooms.TicketAuthenticator;
import com.example.rooms.TopicDirectory;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.Await;

/**
 * The WAR as it is built, with a bean of an application in it, inside Payara Micro: what beans can
 * do with the broker, and what the outside sees.
 */
@ExtendWith(ArquillianExtension.class)
class ApplicationCodeIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject private SmqClient smq;
  @Inject private Thermometer thermometer;
  @Inject private TopicDirectory directory;
  @Inject private RoomBoard board;
  @Inject private RefusalCounter counter;
  @Inject private Broker broker;
  @Inject private Settings settings;
  @ArquillianResource private URL url;

  @Deployment
  static WebArchive warWithAnApplicationBean() {
    return ShrinkWrap.create(ZipImporter.class, "smq.war")
        .importFrom(new File("target/smq.war"))
        .as(WebArchive.class)
        .addClasses(
            Thermometer.class,
            Thermometer.Reading.class,
            Greeter.class,
            OwnRoomOnly.class,
            RefusalCounter.class,
            TicketAuthenticator.class,
            TopicDirectory.class,
            RoomBoard.class,
            RoomBoard.Room.class,
            Await.class);
  }

  @Test
  void aBeanMethodGetsAsAnObjectWhatAnotherBeanPublishesAsJson() {
    Thermometer.Reading reading = new Thermometer.Reading();
    reading.room = "kitchen";
    reading.tenths = 215;

    // breaks off in a member that the type does not have: no parser may go on for ever
    smq.publish(Thermometer.TOPIC, "{\"unknown\":[".getBytes(UTF_8));
    smq.publishJson(Thermometer.TOPIC, reading);

    Await.until(
        "the reading to reach the bean",
        SOON,
        () ->
            thermometer.readings().stream()
                .anyMatch(got -> got.room.equals("kitchen") && got.tenths == 215));
  }

  @Test
  void aBeanSeesATopicsSubscribersComeAndGo() throws Exception {
    AtomicInteger count = new AtomicInteger(-1);
    smq.observe("arquillian/observed", count::set).toCompletableFuture().get(20, TimeUnit.SECONDS);

    Runnable unsubscribe =
        smq.subscribe("arquillian/observed", Scope.CLUSTER, message -> {})
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    Await.until("the count to be 1", SOON, () -> count.get() == 1);

    unsubscribe.run();
    Await.until("the count to be 0", SOON, () -> count.get() == 0);
  }

  @Test
  void aBeanObservesTheClientsThatComeAndGo() throws Exception {
    try (Socket socket = connect("observed-by-cdi", "ticket-1")) {
      assertTrue(socket.isConnected());
      Await.until(
          "the client to come",
          SOON,
          () -> thermometer.events().contains("connected observed-by-cdi"));
      assertTrue(directory.clients() > 0);
    }
    Await.until(
        "the client to go",
        SOON,
        () -> thermometer.events().contains("disconnected observed-by-cdi"));
  }

  @Test
  void beansDecideWhichClientsConnectWhatTheySubscribeToAndAnswerThem() throws Exception {
    try (Socket refused = connect("without-ticket", "ticket-0")) {
      Await.until("the refusal", SOON, () -> counter.refusals() == 1 && refused.isConnected());
    }
    try (Socket ann = connect("with-ticket", "ticket-1")) {
      Await.until("the client", SOON, () -> thermometer.events().contains("connected with-ticket"));
      send(ann, new Packet.Subscribe("rooms/bob"), new Packet.Subscribe("rooms/ann"));
      Await.until("the subscription", SOON, () -> directory.listeners("ann") == 1);
      assertEquals(0, directory.listeners("bob"));
      int greet = directory.open("greet").toCompletableFuture().get(20, TimeUnit.SECONDS).tid();
      int etid = etid("with-ticket");
      send(ann, Packet.Publish.of(greet, etid, 0, new byte[] {1}));
      Await.until("the answer", SOON, () -> received(ann).contains("hello"));
    }
  }

  private final StringBuilder read = new StringBuilder();

  /** All that has come from the broker. */
  private String received(Socket socket) throws IOException {
    byte[] more = socket.getInputStream().readNBytes(socket.getInputStream().available());
    return read.append(new String(more, UTF_8)).toString();
  }

  private int etid(String uid) {
    return broker.clients().stream()
        .filter(client -> client.uid().equals(uid))
        .mapToInt(Client::etid)
        .findFirst()
        .orElseThrow();
  }

  private Socket connect(String uid, String credentials) throws IOException {
    Socket socket = new Socket("127.0.0.1", settings.get(ConfigKey.DEVICE_PORT));
    socket.getOutputStream().write("GET /smq HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(UTF_8));
    send(socket, Packet.Connect.version1(uid, credentials.getBytes(UTF_8), ""));
    return socket;
  }

  private static void send(Socket socket, Packet... packets) throws IOException {
    for (Packet packet : packets) {
      socket.getOutputStream().write(PacketEncoder.encode(packet).raw());
    }
  }

  @Test
  void aBeanManagesTopicsAndIsToldOfThem() throws Exception {
    Topic topic = directory.open("kitchen").toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertEquals("rooms/kitchen", topic.name());
    Await.until(
        "the topic's event", SOON, () -> directory.news().contains("created rooms/kitchen"));
    assertEquals(0, directory.listeners("kitchen"));

    Runnable unsubscribe =
        smq.subscribe("rooms/kitchen", Scope.CLUSTER, message -> {})
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    assertEquals(1, directory.listeners("kitchen"));
    Await.until("the count's event", SOON, () -> directory.news().contains("rooms/kitchen has 1"));
    unsubscribe.run();
    Await.until("the count to be 0", SOON, () -> directory.listeners("kitchen") == 0);
    assertEquals(0, directory.listeners("cellar"));
  }

  @Test
  void beansShareStateByAMap() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    board.rooms().watch((room, before, now) -> told.add(room + now.isPresent()));
    board.enter("kitchen", "ann", 215).toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertEquals(Optional.of("ann"), board.userOf("kitchen"));
    board.leave("kitchen", new RoomBoard.Room("bob", 215));
    assertEquals(Optional.of("ann"), board.userOf("kitchen"));
    board.leave("kitchen", new RoomBoard.Room("ann", 215));
    assertEquals(Optional.empty(), board.userOf("kitchen"));
    assertEquals(List.of("kitchentrue", "kitchenfalse"), told);
  }

  @RunAsClient
  @ParameterizedTest
  @ValueSource(
      strings = {"health/ready", "", "led/", "chat/", "smq.js", "rtl/smq.js", "api/cluster"})
  void theOutsideFindsPagesAndResources(String path) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url, path).openConnection();
    assertEquals(200, connection.getResponseCode(), path);
    connection.disconnect();
  }

  @RunAsClient
  @ParameterizedTest
  @ValueSource(strings = {"smq.lsp", "smq"})
  void aWebSocketOpensWithAnInitPacket(String path) throws Exception {
    CompletableFuture<ByteBuffer> first = new CompletableFuture<>();
    URI address = webSocket(path);
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                address,
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onBinary(
                      WebSocket webSocket, ByteBuffer data, boolean last) {
                    first.complete(data);
                    return null;
                  }
                })
            .get(20, TimeUnit.SECONDS);

    ByteBuffer init = first.get(20, TimeUnit.SECONDS);
    assertEquals(1, init.get(0), "type Init");
    assertEquals(1, init.get(1), "version");
    assertTrue(init.remaining() > 6, "has the client's address");
    socket.abort();
  }

  private URI webSocket(String path) throws URISyntaxException {
    return new URI("ws", null, url.getHost(), url.getPort(), "/" + path, null, null);
  }
}
