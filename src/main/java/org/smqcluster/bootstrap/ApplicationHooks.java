package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.smqcluster.admin.bans.Bans;
import org.smqcluster.api.ClientConnected;
import org.smqcluster.api.ClientDisconnected;
import org.smqcluster.api.ClientSubscribed;
import org.smqcluster.api.MessageDropped;
import org.smqcluster.api.SubscribersChanged;
import org.smqcluster.api.TopicCreated;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.AuthenticatorChain;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.node.EventQueue;
import org.smqcluster.protocol.Packet.Publish;

/**
 * Collects the application's hooks: every {@link Authenticator} is asked until one accepts, every
 * {@link TopicPolicy} must agree, every {@link BrokerListener} is told, and CDI events are fired if
 * an observer exists.
 */
@ApplicationScoped
public class ApplicationHooks {

  @Inject private Instance<Authenticator> authenticators;
  @Inject private Instance<TopicPolicy> policies;
  @Inject private Instance<BrokerListener> listeners;
  @Inject private BeanManager beans;
  @Inject private Bans bans;
  @Inject private Event<Object> event;

  /** The hooks of one broker; events are fired from the queue. */
  BrokerHooks of(String broker, EventQueue events) {
    List<BrokerListener> all = new ArrayList<>(listeners.stream().toList());
    all.add(new EventSource(broker, events));
    return new BrokerHooks(
        new Bans.Check(bans, authenticator(authenticators.stream().toList())),
        policy(policies.stream()),
        List.copyOf(all));
  }

  private static Authenticator authenticator(List<Authenticator> all) {
    return all.isEmpty() ? BrokerHooks.NONE.authenticator() : new AuthenticatorChain(all);
  }

  private static TopicPolicy policy(Stream<TopicPolicy> policies) {
    List<TopicPolicy> all = policies.filter(policy -> policy != TopicPolicy.PERMIT_ALL).toList();
    return switch (all.size()) {
      case 0 -> TopicPolicy.PERMIT_ALL;
      case 1 -> all.get(0);
      default -> new AllAgree(all);
    };
  }

  private record AllAgree(List<TopicPolicy> policies) implements TopicPolicy {

    @Override
    public TopicPolicy forClient(Client client) {
      return policy(policies.stream().map(policy -> policy.forClient(client)));
    }

    @Override
    public boolean maySubscribe(Client client, String topic) {
      return policies.stream().allMatch(policy -> policy.maySubscribe(client, topic));
    }

    @Override
    public boolean mayCreate(Client client, String topic) {
      return policies.stream().allMatch(policy -> policy.mayCreate(client, topic));
    }

    @Override
    public boolean mayCreateSubtopic(Client client, String subtopic) {
      return policies.stream().allMatch(policy -> policy.mayCreateSubtopic(client, subtopic));
    }

    @Override
    public boolean mayObserve(Client client, String topic) {
      return policies.stream().allMatch(policy -> policy.mayObserve(client, topic));
    }

    @Override
    public boolean mayObserveClients(Client client) {
      return policies.stream().allMatch(policy -> policy.mayObserveClients(client));
    }

    @Override
    public boolean mayPublish(Client client, Publish message, String topic) {
      for (TopicPolicy policy : policies) {
        if (!policy.mayPublish(client, message, topic)) {
          return false;
        }
      }
      return true;
    }
  }

  private final class EventSource implements BrokerListener {

    private final String broker;
    private final EventQueue events;
    private final boolean tellConnected;
    private final boolean tellDisconnected;
    private final boolean tellSubscribed;
    private final boolean tellDropped;
    private final boolean tellTopicCreated;
    private final boolean tellSubscribersChanged;

    EventSource(String broker, EventQueue events) {
      this.broker = broker;
      this.events = events;
      // of these events the observers' types alone matter
      tellConnected = isObserved(new ClientConnected(broker, null));
      tellDisconnected = isObserved(new ClientDisconnected(broker, null, null, null));
      tellSubscribed = isObserved(new ClientSubscribed(broker, null, 0, null));
      tellDropped = isObserved(new MessageDropped(broker, null, null));
      tellTopicCreated = isObserved(new TopicCreated(broker, null));
      tellSubscribersChanged = isObserved(new SubscribersChanged(broker, null));
    }

    /** Asked once: the observers of an application are known when it is deployed. */
    private boolean isObserved(Object event) {
      return !beans.resolveObserverMethods(event, Default.Literal.INSTANCE).isEmpty();
    }

    @Override
    public void connected(Client client) {
      if (tellConnected) {
        events.put(() -> event.fire(new ClientConnected(broker, client)));
      }
    }

    @Override
    public void disconnected(Client client, CloseReason reason, String detail) {
      if (tellDisconnected) {
        events.put(() -> event.fire(new ClientDisconnected(broker, client, reason, detail)));
      }
    }

    @Override
    public void subscribed(Client client, int tid, String topic) {
      if (tellSubscribed) {
        events.put(() -> event.fire(new ClientSubscribed(broker, client, tid, topic)));
      }
    }

    @Override
    public void topicCreated(Topic topic) {
      if (tellTopicCreated) {
        events.put(() -> event.fire(new TopicCreated(broker, topic)));
      }
    }

    @Override
    public void subscribersChanged(Topic topic) {
      if (tellSubscribersChanged) {
        events.put(() -> event.fire(new SubscribersChanged(broker, topic)));
      }
    }

    @Override
    public void dropped(Publish message, DropReason reason) {
      if (tellDropped) {
        events.put(() -> event.fire(new MessageDropped(broker, message, reason)));
      }
    }
  }
}
