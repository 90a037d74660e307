package org.smqcluster.client.command;

import java.util.List;

/**
 * One of the things that the command line can do.
 *
 * @param summary what it does, in one line
 * @param notes examples and explanations behind the options, line by line
 */
record Command(
    String name, String summary, List<Option> options, List<String> notes, Action action) {

  /** What a command does. */
  @FunctionalInterface
  interface Action {

    /**
     * Does it, until it is done or the process is told to end.
     *
     * @return the exit code: 0 for done, 1 for failed
     * @throws UsageException if the options make no sense
     */
    int run(Arguments arguments, Console console) throws Exception;
  }
}
