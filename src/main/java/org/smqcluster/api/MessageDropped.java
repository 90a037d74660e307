package org.smqcluster.api;

import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.protocol.Packet.Publish;

/**
 * CDI event: a message, or one receiver's copy, was dropped on this node. When drops come faster
 * than observers take them, some are not told; the metrics count all. Fired on the broker's event
 * thread.
 *
 * @param broker name of the broker
 * @param message its payload must not be changed
 * @param reason why
 */
public record MessageDropped(String broker, Publish message, DropReason reason) {}
