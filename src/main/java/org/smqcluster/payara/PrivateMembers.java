package org.smqcluster.payara;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Reaches fields and methods that the server, or a library, does not show to applications. No
 * specification promises any of them: who asks must go on without what is missing. Each is looked
 * for in an object's class and in those that it extends.
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
