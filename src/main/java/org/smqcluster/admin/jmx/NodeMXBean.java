package org.smqcluster.admin.jmx;

import java.util.List;
import java.util.Map;

/** This node, as JMX shows it. */
public interface NodeMXBean {

  String getName();

  /** joining, ready or draining. */
  String getState();

  List<String> getNodes();

  /** The measurements that the node tells the others, a few seconds old at most. */
  Map<String, Double> getFigures();
}
