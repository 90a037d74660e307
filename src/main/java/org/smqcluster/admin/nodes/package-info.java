/**
 * Questions from node to node for administration, and what a node as a whole can be told to do.
 *
 * <p>May use {@code node} and {@code cluster}. Answers are computed on threads of its own.
 */
package org.smqcluster.admin.nodes;
