package org.smqcluster.admin.api;

import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.smqcluster.admin.problem.ApiException;

/**
 * Converts numbers and booleans in request parameters, and names the parameter that is wrong: the
 * server's own converter would answer {@code limit=abc} with "not found" and take {@code
 * online=maybe} for false. Thread-safe.
 */
@Provider
public class Parameters implements ParamConverterProvider {

  @Override
  @SuppressWarnings("unchecked")
  public <T> ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
    String name = name(annotations);
    if (type == int.class || type == Integer.class) {
      return (ParamConverter<T>) new Strict<>(text -> number(name, text));
    } else if (type == boolean.class || type == Boolean.class) {
      return (ParamConverter<T>) new Strict<>(text -> truth(name, text));
    }
    return null;
  }

  /** The constant that a parameter names, null if it is not given. */
  static <E extends Enum<E>> E oneOf(Class<E> type, String parameter, String name) {
    if (name == null) {
      return null;
    }
    try {
      return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      String names = Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
      throw ApiException.badRequest(parameter + " must be one of " + names + ".");
    }
  }

  private static String name(Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation instanceof QueryParam query) {
        return query.value();
      } else if (annotation instanceof PathParam path) {
        return path.value();
      }
    }
    return "A parameter";
  }

  private static Integer number(String name, String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(name + " must be a whole number of 32 bits.");
    }
  }

  private static Boolean truth(String name, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw ApiException.badRequest(name + " must be true or false.");
    };
  }

  private record Strict<T>(Function<String, T> reading) implements ParamConverter<T> {

    @Override
    public T fromString(String text) {
      return text == null ? null : reading.apply(text);
    }

    @Override
    public String toString(T value) {
      return value.toString();
    }
  }
}
