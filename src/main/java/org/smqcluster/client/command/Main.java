package org.smqcluster.client.command;

import java.security.Security;

/**
 * The command line of {@code smq-client.jar}: {@code pub}, {@code sub}, {@code led}, {@code bench}.
 */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    // a name may stand for other addresses by the time of the next attempt
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    int exit = new CommandLine(new Console(System.in, System.out, System.err)).run(args);
    System.exit(exit);
  }
}
