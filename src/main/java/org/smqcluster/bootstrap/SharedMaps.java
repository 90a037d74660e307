package org.smqcluster.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.smqcluster.api.SharedCodec;
import org.smqcluster.api.SharedMap;
import org.smqcluster.api.SharedState;
import org.smqcluster.broker.spi.ParserInput;
import org.smqcluster.cluster.ClusterNode;

/** The {@link SharedMap}s that beans inject: one for each name, opened at the node's start. */
@ApplicationScoped
public class SharedMaps {

  private record Opened(SharedState state, Type type, SharedMap<Object> map) {}

  private final Map<String, Opened> maps = new ConcurrentHashMap<>();
  @Inject private BeanManager beans;
  @Inject private Jsonb jsonb;

  /**
   * Opens the maps that beans inject; blocks until this node has what the others hold.
   *
   * @throws DefinitionException if an injection point is not as {@link SharedState} says
   */
  void open(ClusterNode cluster) {
    beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
        .flatMap(bean -> bean.getInjectionPoints().stream())
        .filter(point -> state(point).isPresent())
        .forEach(this::opened);
    maps.values()
        .forEach(
            opened ->
                opened
                    .map()
                    .connect(
                        cluster.records(
                            opened.state().value(),
                            opened.state().maxEntries(),
                            opened.state().maxBytes())));
  }

  /** The map that the injection point names. */
  @Produces
  @Dependent
  @SharedState("")
  @SuppressWarnings("unchecked")
  public <V> SharedMap<V> map(InjectionPoint point) {
    return (SharedMap<V>) opened(point).map();
  }

  private static Optional<SharedState> state(InjectionPoint point) {
    return Stream.of(point)
        .flatMap(each -> each.getQualifiers().stream())
        .filter(SharedState.class::isInstance)
        .map(SharedState.class::cast)
        .findFirst();
  }

  private Opened opened(InjectionPoint point) {
    SharedState state = state(point).orElseThrow();
    if (!state.value().matches("[A-Za-z0-9.]{1,64}")
        || !(point.getType() instanceof ParameterizedType type)) {
      throw new DefinitionException(
          point + " must be a SharedMap of one type, and its name 1 to 64 letters, digits, dots");
    }
    Type value = type.getActualTypeArguments()[0];
    Opened opened =
        maps.computeIfAbsent(
            state.value(),
            name -> new Opened(state, value, new SharedMap<>(name, codec(state, value))));
    if (!opened.state().equals(state) || !opened.type().equals(value)) {
      throw new DefinitionException(
          point
              + " and another injection point of the map differ: "
              + opened.state()
              + ", "
              + state);
    }
    return opened;
  }

  @SuppressWarnings("unchecked")
  private SharedCodec<Object> codec(SharedState state, Type type) {
    if (state.codec() == SharedCodec.JsonBinding.class) {
      return new Json(jsonb, type);
    }
    try {
      return (SharedCodec<Object>) state.codec().getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new DefinitionException(
          state.codec().getName() + " must have a public constructor without parameters", e);
    }
  }

  private record Json(Jsonb jsonb, Type type) implements SharedCodec<Object> {

    @Override
    public byte[] encode(Object value) {
      return jsonb.toJson(value, type).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Object decode(byte[] bytes) {
      return jsonb.fromJson(ParserInput.utf8(bytes), type);
    }
  }
}
