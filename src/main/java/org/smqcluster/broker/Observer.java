package org.smqcluster.broker;

/** An observer of topics and ETIDs. */
interface Observer {

  /** The count of an observed topic, or 0 for an ETID that is gone. Never blocks. */
  void changed(int id, int subscribers);
}
