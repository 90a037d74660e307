package org.smqcluster.admin.trace;

/**
 * What is traced: one of the two.
 *
 * @param broker the broker's name
 * @param uid a client, on whatever node, also when it connects again; or null
 * @param topic a topic; or null
 */
public record TraceTarget(String broker, String uid, String topic) {}
