package org.smqcluster.broker.spi;

/** Topics and sub-topics are named and numbered apart. */
public enum NameSpace {
  TOPIC,
  SUBTOPIC
}
