package org.smqcluster.client.command;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Finds the command that the first word names, runs it, and explains where it cannot. */
public final class CommandLine {

  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final List<Command> COMMANDS =
      List.of(PubCommand.COMMAND, SubCommand.COMMAND, LedCommand.COMMAND, BenchCommand.COMMAND);

  private final Console console;

  public CommandLine(Console console) {
    this.console = console;
  }

  /**
   * Runs a command to its end.
   *
   * @return the exit code: 0 for done, 1 for failed, 2 for not understood, others as a command's
   *     help says
   */
  public int run(String... args) {
    if (args.length == 0 || args[0].equals("--help") || args[0].equals("help")) {
      overview();
      return args.length == 0 ? MISUSED : 0;
    }
    for (Command command : COMMANDS) {
      if (command.name().equals(args[0])) {
        return run(command, Arrays.asList(args).subList(1, args.length));
      }
    }
    console.note("smq: unknown command \"" + args[0] + "\"; see --help");
    return MISUSED;
  }

  private int run(Command command, List<String> args) {
    try {
      Arguments arguments = Arguments.parse(command.options(), args);
      if (arguments.has("help")) {
        help(command);
        return 0;
      }
      return command.action().run(arguments, console);
    } catch (UsageException | IllegalArgumentException e) {
      console.note("smq " + command.name() + ": " + e.getMessage() + "; see --help");
      return MISUSED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } catch (Exception e) {
      console.note("smq " + command.name() + ": " + reason(e));
      return FAILED;
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return "no connection in time";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private void overview() {
    console.out().println("usage: java -jar smq-client.jar COMMAND [OPTIONS]");
    console.out().println();
    for (Command command : COMMANDS) {
      console.out().printf("  %-8s%s%n", command.name(), command.summary());
    }
    console.out().println();
    console.out().println("COMMAND --help shows a command's options.");
  }

  private void help(Command command) {
    console.out().println("usage: java -jar smq-client.jar " + command.name() + " [OPTIONS]");
    console.out().println();
    console.out().println(command.summary());
    console.out().println();
    command.options().forEach(option -> console.out().println(option.describe()));
    console.out().println();
    command.notes().forEach(note -> console.out().println("  " + note));
  }
}
