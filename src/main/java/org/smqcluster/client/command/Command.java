package org.smqcluster.client.command;

import java.util.List;

/** One of the things that the command line can do. */
interface Command {

  String name();

  /** What it does, in one line. */
  String summary();

  /** Examples and explanations behind the options, line by line. */
  List<String> notes();

  List<Option> options();

  /**
   * Does it, until it is done or the process is told to end.
   *
   * @return the exit code: 0 for done, 1 for failed
   * @throws UsageException if the options make no sense
   */
  int run(Arguments arguments, Console console) throws Exception;
}
