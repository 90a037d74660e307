package org.smqcluster.payara;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Reaches private fields and methods of the server or of a library. No specification promises any
 * of them: callers must work without a missing one. Each is looked up in an object's class and its
 * superclasses.
 */
public final class PrivateMembers {

  private PrivateMembers() {}

  /**
   * The value of a field.
   *
   * @throws NoSuchFieldException if there is none of this name
   */
  public static Object get(Object owner, String name) throws ReflectiveOperationException {
    return field(owner, name).get(owner);
  }

  /**
   * Sets the value of a field.
   *
   * @throws NoSuchFieldException if there is none of this name
   */
  public static void set(Object owner, String name, Object value)
      throws ReflectiveOperationException {
    field(owner, name).set(owner, value);
  }

  /**
   * A field, to read and to write.
   *
   * @throws NoSuchFieldException if there is none of this name
   */
  public static Field field(Object owner, String name) throws NoSuchFieldException {
    for (Class<?> each = owner.getClass(); each != null; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          return field;
        }
      }
    }
    throw new NoSuchFieldException(owner.getClass().getName() + "." + name);
  }

  /**
   * An instance, by the constructor without parameters.
   *
   * @throws NoSuchMethodException if there is no such constructor
   */
  public static <T> T newInstance(Class<T> type) throws ReflectiveOperationException {
    return type.getDeclaredConstructor().newInstance();
  }

  /**
   * A method, to call.
   *
   * @throws NoSuchMethodException if there is none of this name with just these parameters
   */
  public static Method method(Object owner, String name, Class<?>... parameters)
      throws NoSuchMethodException {
    for (Class<?> each = owner.getClass(); each != null; each = each.getSuperclass()) {
      for (Method method : each.getDeclaredMethods()) {
        if (method.getName().equals(name)
            && Arrays.equals(method.getParameterTypes(), parameters)) {
          method.setAccessible(true);
          return method;
        }
      }
    }
    throw new NoSuchMethodException(owner.getClass().getName() + "." + name);
  }
}
