package org.smqcluster.security;

import java.util.Arrays;
import java.util.Map;

/**
 * A pattern for names: {@code *} stands for any characters but a slash, {@code **} for any at all,
 * {@code \} takes the next character as it is. Matching takes time in proportion to the length of
 * name and pattern, whatever they are: names come from clients. Immutable.
 */
public final class Glob {

  private static final int STAR = -1;
  private static final int DOUBLE_STAR = -2;
  private static final char ESCAPE = '\\';

  /** Characters, and negative numbers for the wildcards. */
  private final int[] parts;

  private Glob(int[] parts) {
    this.parts = parts;
  }

  public static Glob of(String pattern) {
    return of(pattern, Map.of());
  }

  /**
   * Compiles a pattern.
   *
   * @param variables what stands in it in braces, with the text to take for it, as it is
   */
  static Glob of(String pattern, Map<String, String> variables) {
    int[] parts = new int[0];
    int size = 0;
    for (int i = 0; i < pattern.length(); ) {
      String literal = "";
      int taken = 1;
      int wildcard = 0;
      int brace = pattern.charAt(i) == '{' ? pattern.indexOf('}', i) : -1;
      String variable = brace < 0 ? null : variables.get(pattern.substring(i + 1, brace));
      if (variable != null) {
        literal = variable;
        taken = brace + 1 - i;
      } else if (pattern.startsWith("**", i)) {
        wildcard = DOUBLE_STAR;
        taken = 2;
      } else if (pattern.charAt(i) == '*') {
        wildcard = STAR;
      } else {
        taken = pattern.charAt(i) == ESCAPE && i + 1 < pattern.length() ? 2 : 1;
        literal = pattern.substring(i + taken - 1, i + taken);
      }
      parts = Arrays.copyOf(parts, size + Math.max(1, literal.length()));
      if (wildcard != 0) {
        parts[size++] = wildcard;
      }
      for (int j = 0; j < literal.length(); j++) {
        parts[size++] = literal.charAt(j);
      }
      i += taken;
    }
    return new Glob(Arrays.copyOf(parts, size));
  }

  public boolean matches(String name) {
    // at[p]: the characters so far can be matched by the first p parts
    boolean[] at = new boolean[parts.length + 1];
    at[0] = true;
    skipWildcards(at);
    for (int i = 0; i < name.length(); i++) {
      step(at, name.charAt(i));
      skipWildcards(at);
    }
    return at[parts.length];
  }

  private void step(boolean[] at, char c) {
    // backwards, so that each place is read before it is written
    for (int p = parts.length; p > 0; p--) {
      int part = parts[p - 1];
      boolean wildcard = part == DOUBLE_STAR || part == STAR && c != '/';
      at[p] = wildcard ? at[p] || at[p - 1] : part == c && at[p - 1];
    }
    at[0] = false;
  }

  /** A wildcard may stand for nothing. */
  private void skipWildcards(boolean[] at) {
    for (int p = 1; p <= parts.length; p++) {
      at[p] |= at[p - 1] && parts[p - 1] < 0;
    }
  }
}
