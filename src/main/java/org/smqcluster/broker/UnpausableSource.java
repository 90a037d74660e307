package org.smqcluster.broker;

import org.smqcluster.broker.outbox.Pausable;

/**
 * A source that cannot be paused here: another node, which sees its own outbox to this one fill, or
 * application code, whose threads are not ours.
 */
enum UnpausableSource implements Pausable {
  INSTANCE;

  @Override
  public void pause() {
    // see above
  }

  @Override
  public void resume() {
    // nothing was paused
  }
}
