/**
 * SMQ over WebSocket by the standard API (JSR 356): {@link
 * org.smqcluster.transport.websocket.SmqEndpoint} implements the protocol's endpoint.
 *
 * <p>May use {@code broker.spi}, {@code broker.outbox}, {@code protocol}, {@code log} and {@code
 * threads}, and knows no class of the server. Runs on the server's threads for WebSocket messages;
 * nothing blocks them longer than a paused client may.
 */
package org.smqcluster.transport.websocket;
