/**
 * Pages of long lists: the wanted part, and the first few of many in an order.
 *
 * <p>Uses {@code admin.problem} only. Confined to one request.
 */
package org.smqcluster.admin.paging;
