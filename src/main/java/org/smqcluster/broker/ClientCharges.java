package org.smqcluster.broker;

import java.util.function.Consumer;
import org.smqcluster.broker.spi.Refusal;

/** What one client makes this node keep for a while, charged to its account. */
final class ClientCharges {

  private final MemoryBudget.ClientMemory memory;
  private final Consumer<Refusal> refused;

  /** Charged for a packet that has come in part; the transport's thread. */
  private int partialBytes;

  /**
   * Makes the charges of a client.
   *
   * @param refused tells and closes a client that keeps too much
   */
  ClientCharges(MemoryBudget.ClientMemory memory, Consumer<Refusal> refused) {
    this.memory = memory;
    this.refused = refused;
  }

  /** So many bytes of a packet have come by now. The transport's thread. */
  void partial(int bytes) {
    if (bytes != partialBytes) {
      int more = bytes - partialBytes;
      partialBytes = bytes;
      keep(more);
    }
  }

  /**
   * Charges bytes, or gives them back if they are negative. Any thread.
   *
   * @return false if there are too many, and the client is closed
   */
  boolean keep(int bytes) {
    if (bytes <= 0) {
      memory.release(-bytes);
      return true;
    }
    Refusal refusal = memory.charge(bytes);
    if (refusal == null) {
      return true;
    }
    refused.accept(refusal);
    return false;
  }
}
