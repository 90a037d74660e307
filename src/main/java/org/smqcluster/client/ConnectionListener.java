package org.smqcluster.client;

/**
 * The name of {@link SmqClient.Listener} in release 1.0.0.
 *
 * @deprecated use {@link SmqClient.Listener}
 */
@Deprecated(since = "1.1.0")
public interface ConnectionListener extends SmqClient.Listener {}
