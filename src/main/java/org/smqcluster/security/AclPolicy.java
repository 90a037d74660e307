package org.smqcluster.security;

import java.util.function.Function;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet.Publish;

/**
 * Asks the access list of the moment. For each client it keeps what it decided of a publish, until
 * the list changes: knowing a topic's id is not a permission, and asking for it must cost nothing.
 */
class AclPolicy implements TopicPolicy {

  private final Function<Client, Acl> rules;

  /**
   * @param rules the list of the moment for a client; the same object until it changes
   */
  AclPolicy(Function<Client, Acl> rules) {
    this.rules = rules;
  }

  @Override
  public TopicPolicy forClient(Client client) {
    return new ForClient(rules);
  }

  @Override
  public boolean maySubscribe(Client client, String topic) {
    return rules.apply(client).allows(client, Acl.Action.SUBSCRIBE, topic);
  }

  @Override
  public boolean mayCreate(Client client, String topic) {
    return rules.apply(client).allows(client, Acl.Action.CREATE, topic);
  }

  @Override
  public boolean mayCreateSubtopic(Client client, String subtopic) {
    return rules.apply(client).allows(client, Acl.Action.SUBTOPIC, subtopic);
  }

  /** A client that may not subscribe to a topic may not observe its subscriber count either. */
  @Override
  public boolean mayObserve(Client client, String topic) {
    return maySubscribe(client, topic);
  }

  /** A client that may send to ETIDs learns from failures which of them are gone. */
  @Override
  public boolean mayObserveClients(Client client) {
    return rules.apply(client).allows(client, Acl.Action.SEND, Acl.TO_CLIENT);
  }

  @Override
  public boolean mayPublish(Client client, Publish message, String topic) {
    return mayPublish(rules.apply(client), client, message.tid(), topic);
  }

  private static boolean mayPublish(Acl now, Client client, int id, String topic) {
    if (id == Ids.BROKER) {
      return now.allows(client, Acl.Action.SEND, Acl.TO_BROKER);
    } else if (Ids.isEtid(id)) {
      return now.allows(client, Acl.Action.SEND, Acl.TO_CLIENT);
    }
    return !topic.isEmpty() && now.allows(client, Acl.Action.PUBLISH, topic);
  }

  /** The access list as one client meets it. */
  private static final class ForClient extends AclPolicy {

    private final PublishPermissionCache decisions = new PublishPermissionCache();
    private Acl seen;

    ForClient(Function<Client, Acl> rules) {
      super(rules);
    }

    @Override
    public boolean mayPublish(Client client, Publish message, String topic) {
      Acl now = super.rules.apply(client);
      if (now != seen) {
        decisions.clear();
        seen = now;
      }
      int id = message.tid();
      // one decision holds for all clients that can be sent to; no topic has the id 0
      int remembered = Ids.isEtid(id) ? PublishPermissionCache.ANY_CLIENT : id;
      int decision = decisions.get(remembered);
      if (decision != PublishPermissionCache.UNKNOWN) {
        return decision == PublishPermissionCache.ALLOWED;
      }
      boolean allowed = AclPolicy.mayPublish(now, client, id, topic);
      if (id == Ids.BROKER || Ids.isEtid(id) || !topic.isEmpty()) {
        decisions.put(remembered, allowed);
      }
      return allowed;
    }
  }
}
