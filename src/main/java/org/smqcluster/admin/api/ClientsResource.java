package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.audit.AuditFilter.Audited;
import org.smqcluster.admin.clients.ClientDetails;
import org.smqcluster.admin.clients.ClientLoads;
import org.smqcluster.admin.clients.ClientOperations;
import org.smqcluster.admin.clients.ClientSearch;
import org.smqcluster.admin.clients.ClientSearch.ClientFilter;
import org.smqcluster.admin.clients.ClientView;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/** The clients of all nodes. */
@Path("clients")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Clients")
public class ClientsResource {

  @Inject private SmqNode self;
  @Inject private NodeCalls nodes;
  @Inject private ClusterClients clients;
  @Inject private ClientLoads loads;
  @Context private SecurityContext security;

  @Schema(name = "Clients", description = "A part of the list of clients")
  public record ClientPage(
      @Schema(description = "How many match", example = "1") int total, List<ClientView> items) {}

  @GET
  @Allow(Role.VIEWER)
  @Operation(
      summary = "The clients of all nodes",
      description = "Those that match all that is given, sorted, a page of them.")
  @APIResponse(responseCode = "200", description = "A page, and how many there are")
  public CompletionStage<ClientPage> clients(
      @Parameter(description = "Name of their node", example = "node1") @QueryParam("node")
          String node,
      @Parameter(description = "A part of the UID", example = "led-") @QueryParam("uid") String uid,
      @Parameter(description = "Whether the UID is the whole UID, not a part")
          @QueryParam("exact")
          @DefaultValue("false")
          boolean exact,
      @Parameter(description = "How the IP address begins", example = "fe80:")
          @QueryParam("address")
          String address,
      @Parameter(description = "websocket or raw") @QueryParam("transport") String transport,
      @Parameter(description = "connected, parked or orphaned") @QueryParam("state") String state,
      @Parameter(description = "A topic that they subscribe to", example = "/m2m/led/display")
          @QueryParam("topic")
          String topic,
      @Parameter(
              description =
                  "uid, etid, node, address, transport, state, connected or broker; with a minus before it"
                      + " downwards, as -connected")
          @QueryParam("sort")
          @DefaultValue("uid")
          String sort,
      @BeanParam PageQuery page) {
    ClientFilter filter =
        new ClientFilter(
            node,
            uid,
            exact,
            address,
            Parameters.oneOf(Transport.class, "transport", transport),
            Parameters.oneOf(ClientView.State.class, "state", state));
    Page sorted = page.sortedBy(sort);
    return NodeCalls.all(self.brokers().stream().map(broker -> among(broker, topic)))
        .thenApply(
            all -> ClientSearch.find(all.stream().flatMap(Function.identity()), filter, sorted))
        .thenCompose(
            found ->
                loads.of(found.items()).thenApply(items -> new ClientPage(found.total(), items)));
  }

  /** The clients of a broker that subscribe to a topic; all if none is given. */
  private CompletionStage<Stream<ClientSearch.Found>> among(Broker broker, String topic) {
    BrokerCluster cluster = self.brokerCluster(broker.name());
    return subscribers(broker, topic)
        .thenApply(
            subscribers ->
                ClientSearch.all(
                        broker.name(), cluster.clients().stream(), cluster.orphans().stream())
                    .filter(found -> subscribers.test(found.entry().etid())));
  }

  @GET
  @Allow(Role.VIEWER)
  @Path("slowest")
  @Operation(
      summary = "The slowest subscribers",
      description =
          "The clients of all nodes for which most bytes wait, or most messages were dropped; the"
              + " worst first. Clients without any are left out.")
  @APIResponse(responseCode = "200", description = "Those that there are")
  public CompletionStage<ClientPage> slowest(
      @Parameter(description = "outbox or dropped") @QueryParam("by") @DefaultValue("outbox")
          String by,
      @Parameter(description = "How many to tell, 1000 at most")
          @QueryParam("limit")
          @DefaultValue("20")
          int limit,
      @Parameter(description = "The broker; the first if it is not given")
          @QueryParam("broker")
          @DefaultValue("")
          String broker) {
    if (!ClientLoads.ORDERS.containsKey(by)) {
      throw ApiException.badRequest("by must be outbox or dropped.");
    }
    return loads
        .slowest(clients.broker(broker).name(), by, Page.of("", 0, limit).limit())
        .thenApply(items -> new ClientPage(items.size(), items));
  }

  @Schema(name = "Disconnect", description = "Clients to disconnect")
  public record Disconnect(
      @Schema(description = "Their ETIDs, 1000 at most", required = true, example = "[1213141516]")
          List<Integer> etids,
      @Schema(description = "What the clients are told", nullable = true, example = "maintenance")
          String reason)
      implements Audited {

    @Override
    public String parameters() {
      return "reason=" + reason + ", etids=" + etids;
    }
  }

  @Schema(name = "Disconnected", description = "How many clients were disconnected")
  public record Disconnected(
      @Schema(example = "12") int closed,
      @Schema(description = "Those that were gone already", example = "0") int gone) {}

  @POST
  @Allow(Role.OPERATOR)
  @Path("disconnect")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Disconnect clients, on whatever nodes",
      description = "As for one client; clients that are gone are passed over. For operators.")
  @APIResponse(responseCode = "200", description = "How many were disconnected")
  public CompletionStage<Disconnected> disconnectAll(Disconnect wanted) {
    if (wanted == null
        || wanted.etids() == null
        || wanted.etids().size() > Page.MAX_LIMIT
        || wanted.etids().contains(null)) {
      throw ApiException.badRequest("Give etids, " + Page.MAX_LIMIT + " at most.");
    }
    String reason = wanted.reason() == null ? DEFAULT_REASON : wanted.reason();
    return NodeCalls.all(wanted.etids().stream().distinct().map(etid -> close(etid, reason)))
        .thenApply(
            all -> {
              int closed = Collections.frequency(all, true);
              return new Disconnected(closed, all.size() - closed);
            });
  }

  /** Disconnects a client; false if it has gone. */
  private CompletionStage<Boolean> close(int etid, String reason) {
    return clients
        .lookUp(etid)
        .map(
            found ->
                nodes
                    .ask(
                        found.entry().node(),
                        ClientOperations.DISCONNECT,
                        new ClientOperations.Close(
                            found.broker(), etid, reason, Administrator.name(security)))
                    .thenApply(Optional::isPresent))
        .orElse(CompletableFuture.completedStage(false));
  }

  /** The ETIDs of the topic's subscribers; all ETIDs if no topic is given. */
  private CompletionStage<IntPredicate> subscribers(Broker broker, String name) {
    Topic topic =
        name == null ? null : broker.topics().find(WireText.parsePrintable(name)).orElse(null);
    if (topic == null) {
      return CompletableFuture.completedStage(etid -> name == null);
    }
    return nodes
        .askAll(
            ClientOperations.SUBSCRIBERS, new ClientOperations.OfTopic(broker.name(), topic.tid()))
        .thenApply(
            all -> {
              if (all.values().stream().anyMatch(ClientOperations.Etids::more)) {
                throw ApiException.badRequest(
                    "More than "
                        + ClientOperations.MAX_ETIDS
                        + " clients of a node subscribe to this topic: search without it.");
              }
              Set<Integer> etids =
                  all.values().stream()
                      .flatMapToInt(answer -> IntStream.of(answer.etids()))
                      .boxed()
                      .collect(Collectors.toSet());
              return etids::contains;
            });
  }

  @GET
  @Allow(Role.VIEWER)
  @Path("{etid}")
  @Operation(
      summary = "One client",
      description =
          "Its subscriptions, observations, outbox, counters and last 100 events, from its node.")
  @APIResponse(responseCode = "200", description = "The client")
  @APIResponse(responseCode = "404", description = "There is no such client")
  public CompletionStage<ClientDetails> client(
      @Parameter(example = "1213141516") @PathParam("etid") int etid) {
    ClusterClients.Found found = clients.find(etid);
    return nodes
        .ask(
            found.entry().node(),
            ClientOperations.DETAILS,
            new ClientOperations.Which(found.broker(), etid))
        .thenApply(details -> details.orElseThrow(() -> gone(etid)));
  }

  @DELETE
  @Allow(Role.OPERATOR)
  @Path("{etid}")
  @Operation(
      summary = "Disconnect a client, on whatever node",
      description =
          "The client is told the reason in a Disconnect packet, then closed. For operators.")
  @APIResponse(responseCode = "204", description = "It is closed")
  @APIResponse(responseCode = "404", description = "There is no such client")
  public CompletionStage<Response> disconnect(
      @Parameter(example = "1213141516") @PathParam("etid") int etid,
      @Parameter(description = "What the client is told", example = "maintenance")
          @QueryParam("reason")
          @DefaultValue(DEFAULT_REASON)
          String reason) {
    clients.find(etid);
    return close(etid, reason)
        .thenApply(
            closed -> {
              if (!closed) {
                throw gone(etid);
              }
              return Response.noContent().build();
            });
  }

  private static final String DEFAULT_REASON = "closed by an administrator";

  private static ApiException gone(int etid) {
    return ApiException.notFound("The client with the ETID " + etid + " has just gone.");
  }
}
