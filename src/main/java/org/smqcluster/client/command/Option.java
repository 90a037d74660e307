package org.smqcluster.client.command;

/**
 * An option of the command line.
 *
 * @param name behind two dashes
 * @param letter behind one dash, 0 for none
 * @param value what its value is called, null if it takes none
 * @param help what it does, with its default
 */
record Option(String name, char letter, String value, String help) {

  private static final int HELP_COLUMN = 28;

  static Option of(String name, String value, String help) {
    return new Option(name, '\0', value, help);
  }

  static Option of(char letter, String name, String value, String help) {
    return new Option(name, letter, value, help);
  }

  /** Its lines in the help, the explanation in a column of its own. */
  String describe() {
    String left =
        "  "
            + (letter == 0 ? "    " : "-" + letter + ", ")
            + "--"
            + name
            + (value == null ? "" : " " + value);
    String indent = " ".repeat(HELP_COLUMN);
    String gap =
        left.length() < HELP_COLUMN
            ? " ".repeat(HELP_COLUMN - left.length())
            : System.lineSeparator() + indent;
    return left + gap + help.replace("\n", System.lineSeparator() + indent);
  }
}
