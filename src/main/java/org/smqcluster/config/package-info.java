/**
 * The typed configuration: every {@code smq.*} key with its kind, default and description. An
 * unknown key or an invalid value stops the start.
 *
 * <p>May use {@code broker.spi}. Read once, at the start.
 */
package org.smqcluster.config;
