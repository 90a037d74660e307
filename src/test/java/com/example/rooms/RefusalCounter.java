package com.example.rooms;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.Refusal;

/** Counts the clients that were refused for their credentials. */
@ApplicationScoped
public class RefusalCounter implements BrokerListener {

  private final LongAdder refusals = new LongAdder();

  @Override
  public void refused(Client client, Refusal reason, String text) {
    if (reason == Refusal.NOT_AUTHENTICATED) {
      refusals.increment();
    }
  }

  /** Number of such clients since the start of this node. */
  public long refusals() {
    return refusals.sum();
  }
}
