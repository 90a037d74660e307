/**
 * The optional fast path of the WebSocket transport: frames are read and written on Grizzly's
 * selector threads, and HTTP is kept from harming connected clients.
 *
 * <p>The only room that knows Grizzly and Tyrus; may use {@code transport.websocket}, {@code
 * broker.spi}, {@code payara} and {@code log}. Nothing here may block a selector thread.
 */
package org.smqcluster.transport.websocket.grizzly;
