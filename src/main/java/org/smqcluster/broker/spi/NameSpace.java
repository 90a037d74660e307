package org.smqcluster.broker.spi;

/** Topics and sub-topics are named and numbered apart. */
public enum NameSpace {
  /** Names of topics, numbered by TIDs. */
  TOPIC,
  /** Names of sub-topics, numbered by ids of their own. */
  SUBTOPIC
}
