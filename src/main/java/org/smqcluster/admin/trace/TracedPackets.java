package org.smqcluster.admin.trace;

import java.util.List;

/**
 * What a node saw since it was last asked.
 *
 * @param skipped packets that came too fast to be kept
 */
public record TracedPackets(List<TracedPacket> packets, long skipped) {}
