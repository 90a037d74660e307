package org.smqcluster.transport.websocket.grizzly;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.FilterChainEvent;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpContext;
import org.glassfish.grizzly.http.HttpEvents;
import org.glassfish.grizzly.http.HttpHeader;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.http.util.Header;
import org.glassfish.grizzly.http.util.HttpStatus;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.payara.ServerReferences;

/**
 * Hands parsed requests to threads: a WebSocket handshake with a broker runs where it was parsed,
 * anything else on the server's own pool. So does a handshake whose peer has not read an earlier
 * answer, because its own could wait; and one that the container answers, which may wait for the
 * check of a password or for the node of a login.
 */
final class RequestFilter extends BaseFilter {

  /** In a path; the server would log a failure of its own, and answer with 200 and nothing. */
  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

  /** Goes on with the next filter. */
  private static final MethodHandle RESUME_NEXT = resuming("resumeNext");

  /** Goes on with this filter. */
  private static final MethodHandle RESUME = resuming("resume");

  private final HttpConnections connections;
  private final DirectHandshakes handshakes;
  private final FrameFilter frames;
  private final Executor pages;

  /**
   * @param handshakes with brokers; one for any other URL may wait, and runs as a page does
   * @param pages runs requests; may wait for peers, and rejects when too many wait for a thread
   */
  RequestFilter(
      HttpConnections connections,
      DirectHandshakes handshakes,
      FrameFilter frames,
      Executor pages) {
    this.connections = connections;
    this.handshakes = handshakes;
    this.frames = frames;
    this.pages = pages;
  }

  private static MethodHandle resuming(String method) {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(FilterChainContext.class, method, MethodType.methodType(void.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  public NextAction handleRead(FilterChainContext ctx) {
    if (ctx.getMessage() instanceof Buffer behindHandshake) {
      return readOn(ctx, behindHandshake);
    }
    HttpConnection connection = HttpConnection.of(ctx.getConnection());
    if (connection == null) {
      return ctx.getInvokeAction();
    }
    HttpContent content = ctx.getMessage();
    if (connection.takeHandover()) {
      return passHandshake(ctx, connection, content);
    }
    HttpRequestPacket request = (HttpRequestPacket) content.getHttpHeader();
    if (content.isLast() || request.isUpgrade()) {
      connection.received();
    }
    if (ctx.getTransportContext().isBlocking()) {
      // a thread that handles the request reads its body
      return ctx.getInvokeAction();
    }
    if (!hasOneHost(request)
        || !hasOneEnd(request)
        || BROKEN_ESCAPE.matcher(request.getRequestURI()).find()) {
      return refuse(ctx, request);
    }
    if (request.isChunked()) {
      // the parser forgets a length that came before the coding
      request.getProcessingState().setKeepAlive(false);
    }
    if (isWebSocket(request)
        && handshakes.isBroker(request.getRequestURI())
        && connection.hasWrittenAll()) {
      return shakeHands(ctx, connection, content);
    }
    NextAction suspend = ctx.getSuspendAction();
    ctx.suspend();
    if (content.isLast() || !hasBody(request)) {
      handle(connection, request, resume(ctx));
    } else {
      connection.serve(networkOf(connection, request));
      // the application bounds how many wait for a body, and answers the others at once
      execute(connection, ctx);
    }
    return suspend;
  }

  /**
   * Whether the server can tell a request's host, as RFC 9112, section 3.2, demands. For others it
   * would log a failure of its own, and answer with 200 and nothing.
   */
  private static boolean hasOneHost(HttpRequestPacket request) {
    Iterator<String> hosts = request.getHeaders().values(Header.Host).iterator();
    if (!hosts.hasNext()) {
      // HTTP/1.0; the parser has refused any other
      return true;
    }
    hosts.next();
    try {
      return !hosts.hasNext() && request.serverName().getLength() > 0;
    } catch (IllegalStateException e) {
      // its port is none
      return false;
    }
  }

  /**
   * Whether a request's body ends for everybody where the server sees its end, as RFC 9112, section
   * 6.3, demands. The parser takes for chunked what only begins so, and ignores other codings; a
   * proxy may then see another request behind the body.
   */
  private static boolean hasOneEnd(HttpRequestPacket request) {
    Iterator<String> codings = request.getHeaders().values(Header.TransferEncoding).iterator();
    return !codings.hasNext()
        || codings.next().equalsIgnoreCase("chunked")
            && !codings.hasNext()
            && !request.containsHeader(Header.ContentLength);
  }

  /** Answers that a request is a bad one, and closes. */
  private static NextAction refuse(FilterChainContext ctx, HttpRequestPacket request) {
    HttpResponsePacket response = request.getResponse();
    HttpStatus.BAD_REQUEST_400.setValues(response);
    response.setContentLength(0);
    request.getProcessingState().setKeepAlive(false);
    ctx.write(HttpContent.builder(response).last(true).build());
    ctx.getConnection().closeSilently();
    return ctx.getStopAction();
  }

  /** By its headers: of a request that asks for an upgrade, the parser does not know. */
  private static boolean hasBody(HttpRequestPacket request) {
    return request.containsHeader(Header.ContentLength)
        || request.containsHeader(Header.TransferEncoding);
  }

  private ClientNetwork networkOf(HttpConnection connection, HttpRequestPacket request) {
    return connections.networkOf(connection, request.getHeaders()::values);
  }

  private void handle(HttpConnection connection, HttpRequestPacket request, Runnable task) {
    ClientNetwork network = networkOf(connection, request);
    connection.serve(network);
    connections.handle(connection, network, task, pages);
  }

  private void execute(HttpConnection connection, FilterChainContext ctx) {
    try {
      pages.execute(resume(ctx));
    } catch (RejectedExecutionException e) {
      connection.connection().terminateSilently();
    }
  }

  private static Runnable resume(FilterChainContext ctx) {
    return ServerReferences.task(RESUME_NEXT.bindTo(ctx));
  }

  private NextAction shakeHands(
      FilterChainContext ctx, HttpConnection connection, HttpContent content) {
    HttpRequestPacket request = (HttpRequestPacket) content.getHttpHeader();
    if (!handshakes.shake(connection, request)) {
      NextAction suspend = ctx.getSuspendAction();
      ctx.suspend();
      connection.handOver();
      Runnable resume = ServerReferences.task(RESUME.bindTo(ctx));
      handle(
          connection, request, ServerReferences.both(resume, () -> HttpConnection.current(null)));
      return suspend;
    }
    HttpConnection.forgetRequest(ctx.getConnection());
    Buffer behind = content.getContent();
    if (!behind.hasRemaining()) {
      return ctx.getStopAction();
    }
    ctx.setMessage(behind);
    return readOn(ctx, behind);
  }

  /** Lets the container answer a handshake, on a thread that may wait. */
  private static NextAction passHandshake(
      FilterChainContext ctx, HttpConnection connection, HttpContent content) {
    Buffer behind = content.getContent();
    HttpConnection.current(connection);
    if (!behind.hasRemaining()) {
      return ctx.getInvokeAction();
    }
    // comes back as a message of its own when the handshake is done
    ctx.setMessage(HttpContent.builder(content.getHttpHeader()).build());
    return ctx.getInvokeAction((Object) behind);
  }

  private NextAction readOn(FilterChainContext ctx, Buffer behindHandshake) {
    GrizzlySocket socket = HttpConnection.socketOf(ctx.getConnection());
    if (socket != null) {
      return frames.read(ctx, socket);
    }
    HttpContext http = HttpContext.get(ctx);
    if (http == null || http.getRequest() == null || !ctx.getConnection().isOpen()) {
      return ctx.getStopAction();
    }
    ctx.setMessage(HttpContent.builder(http.getRequest()).content(behindHandshake).build());
    return ctx.getInvokeAction();
  }

  @Override
  public NextAction handleEvent(FilterChainContext ctx, FilterChainEvent event) {
    if (event instanceof HttpEvents.IncomingHttpUpgradeEvent upgrade) {
      refuseOther(upgrade.getHttpHeader());
      return ctx.getInvokeAction();
    }
    if (event.type() != HttpEvents.ResponseCompleteEvent.TYPE) {
      return ctx.getInvokeAction();
    }
    // answered; the server would close a connection that speaks no HTTP now
    HttpConnection.current(null);
    if (HttpConnection.socketOf(ctx.getConnection()) == null) {
      return ctx.getInvokeAction();
    }
    HttpConnection.forgetRequest(ctx.getConnection());
    return ctx.getStopAction();
  }

  /**
   * Ignores an offer to upgrade to anything but WebSocket, as RFC 9110, section 7.8, allows. The
   * server would not see where the body ends, and would close the connection behind its answer
   * while the peer still sends: Java's HTTP client, which offers HTTP/2, then loses the answer.
   */
  private static void refuseOther(HttpHeader header) {
    if (!isWebSocket(header)) {
      header.getUpgradeDC().recycle();
      header.setIgnoreContentModifiers(false);
    }
  }

  private static boolean isWebSocket(HttpHeader header) {
    return header.getUpgradeDC().equalsIgnoreCase("websocket");
  }
}
