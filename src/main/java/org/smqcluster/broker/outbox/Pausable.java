package org.smqcluster.broker.outbox;

/**
 * A source of messages that can be asked to wait. Pauses nest: reading goes on after as many
 * resumes as pauses. Neither method blocks; both may be called by any thread.
 */
public interface Pausable {

  void pause();

  void resume();
}
