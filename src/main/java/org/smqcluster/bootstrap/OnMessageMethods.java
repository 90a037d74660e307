package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.inject.Inject;
import jakarta.json.JsonException;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.smqcluster.api.OnMessage;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.ParserInput;
import org.smqcluster.broker.spi.Selection;

/** Subscribes the methods of CDI beans that are annotated with {@link OnMessage}. */
@ApplicationScoped
public class OnMessageMethods {

  @Inject private BeanManager beans;
  @Inject private Jsonb jsonb;

  /**
   * Subscribes all methods.
   *
   * @param clients gives the in-process client of a broker by its name; empty is the first
   * @return completes when all nodes know
   * @throws DefinitionException if a method's parameters are not as {@link OnMessage} says
   */
  CompletionStage<Void> subscribe(Function<String, BrokerClient> clients) {
    CompletableFuture<?>[] all =
        beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
            .flatMap(
                bean ->
                    Arrays.stream(bean.getBeanClass().getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(OnMessage.class))
                        .map(method -> subscribe(clients, bean, method).toCompletableFuture()))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  private CompletionStage<?> subscribe(
      Function<String, BrokerClient> clients, Bean<?> bean, Method method) {
    OnMessage wanted = method.getAnnotation(OnMessage.class);
    BrokerClient client = clients.apply(wanted.broker());
    Consumer<Message> handler = handler(bean, method);
    Optional<String> subtopic = Optional.of(wanted.subtopic()).filter(name -> !name.isEmpty());
    if (wanted.topic().isEmpty()) {
      client.subscribeSelf(subtopic, handler);
      return CompletableFuture.completedStage(null);
    }
    return client.subscribe(
        wanted.topic(),
        wanted.scope(),
        new Selection(subtopic, wanted.latest(), wanted.keyBytes()),
        handler);
  }

  private Consumer<Message> handler(Bean<?> bean, Method method) {
    Class<?>[] parameters = method.getParameterTypes();
    boolean plain = parameters.length == 1 && parameters[0] == Message.class;
    boolean mapped =
        !plain
            && (parameters.length == 1 || parameters.length == 2 && parameters[1] == Message.class);
    if (!plain && !mapped) {
      throw new DefinitionException(
          method + " must take a Message, or a JSON type and then, if wanted, a Message");
    }
    method.setAccessible(true);
    CreationalContext<?> context = beans.createCreationalContext(bean);
    return message -> {
      Object target = beans.getReference(bean, bean.getBeanClass(), context);
      Object first = plain ? message : fromJson(method, message, parameters[0]);
      invoke(
          method,
          target,
          parameters.length == 1 ? new Object[] {first} : new Object[] {first, message});
    };
  }

  private Object fromJson(Method method, Message message, Class<?> type) {
    try {
      return jsonb.fromJson(ParserInput.utf8(message.payload()), type);
    } catch (JsonbException | JsonException e) {
      throw new IllegalArgumentException(
          "%s does not get a message of client %d: its payload is not JSON of %s"
              .formatted(method, message.publisher(), type.getSimpleName()));
    }
  }

  private static void invoke(Method method, Object target, Object[] arguments) {
    try {
      method.invoke(target, arguments);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(method + " failed", e.getCause());
    }
  }
}
